import TapWire

/// What strangers brought to one server for strangers, and whether any of it was seen to leave.
struct OnwardPage: Sendable, Codable {
    /// The latest messages, oldest first.
    private(set) var relays: [HeldRelay] = []
    /// Since when messages are taken and none was seen to leave; nil if none was taken or one did leave.
    private(set) var keptSince: Timestamp?
    /// When the latest was taken.
    private(set) var last: Timestamp?
    /// True once it was told that nothing leaves.
    private var isTold = false

    /// Messages that were taken longer ago are another story.
    private static let forgetAfter = Duration.seconds(7 * 86_400)

    /// Keeps a message.
    mutating func hold(_ relay: HeldRelay, limit: Int) {
        let isNewStory = last.map { relay.time.duration(since: $0) > Self.forgetAfter } ?? true
        if isNewStory { (keptSince, isTold) = (relay.time, false) }
        if relay.isSettled { keptSince = nil }
        last = relay.time
        if hasOver(at: relay.time) { relays.removeAll { Self.isOver($0.time, at: relay.time) } }
        relays.append(relay)
        if relays.count > limit { relays.removeFirst(relays.count - limit) }
    }

    /// True if any message is no longer looked for; most often there is none, and none is copied for it.
    private func hasOver(at time: Timestamp) -> Bool {
        let list = relays.span
        return list.indices.contains { Self.isOver(list[$0].time, at: time) }
    }

    /// True if a message that was taken at `taken` is no longer looked for.
    private static func isOver(_ taken: Timestamp, at time: Timestamp) -> Bool {
        time < taken || !OnwardBook.isWaiting(since: taken, at: time)
    }

    /// True if the latest message is still looked for.
    ///
    /// In line, so that no message is copied to look at the time of the latest.
    @inline(__always)
    func isWaiting(at time: Timestamp) -> Bool {
        // None of the others was taken after it: where the clock was set back they may be looked for before it is.
        last.map { OnwardBook.isWaiting(since: $0, at: time) } ?? false
    }

    /// A message was seen to leave, or to come back to its sender.
    mutating func settle(_ index: Int, hasLeft: Bool) {
        guard relays.indices.contains(index) else { return }
        relays[index].isSettled = true
        if hasLeft { keptSince = nil }
    }

    /// True if messages were taken for `period`, the latest not long ago, and none has left.
    func isKeeping(at time: Timestamp, after period: Duration) -> Bool {
        guard let keptSince, let last else { return false }
        return time.duration(since: keptSince) >= period
            && time.duration(since: last) <= Self.forgetAfter
    }

    /// True, once, if messages were taken for `period` and none has left.
    mutating func isSink(at time: Timestamp, after period: Duration) -> Bool {
        guard let keptSince, !isTold, time.duration(since: keptSince) >= period else {
            return false
        }
        isTold = true
        return true
    }
}
