import TapFlow
public import TapTesting
import TapWire

/// A way in which a dialogue may cross a network without loss: nothing that is reported depends on it.
public enum MailVariant: String, Sendable, CaseIterable {
    /// Each run in one segment.
    case whole
    /// Each octet in a segment of its own.
    case octets
    /// Each line in a segment of its own.
    case lines
    /// Cut at random, into small segments.
    case smallCuts
    /// Cut at random, into segments of up to 400 octets.
    case largeCuts
    /// Segments overtake each other.
    case reordered
    /// Frames of both sides change places: something is seen before what it answers.
    case crossed
    /// Frames are seen twice.
    case duplicated
    /// Each run is sent again with other cuts.
    case retransmitted
    /// Sent again and reordered.
    case retransmittedReordered
    /// One VLAN tag.
    case vlan
    /// Two VLAN tags.
    case qinq
    /// IPv6.
    case ipv6
    /// Each frame is seen on both ports of the tap.
    case bothPorts
    /// The sequence numbers of both sides start anew in the middle.
    case wrapAround
    /// IPv6 in two VLAN tags, cut at random, sent again, reordered, with sequence numbers that start anew.
    case everything

    /// The frames of `dialogue`.
    public func frames(of dialogue: Dialogue, seed: UInt64) -> [OwnedFrame] {
        let frames = dialogue.frames(segmentation(seed), settings: settings(dialogue, seed))
        var injector = FaultInjector(seed: seed)
        switch self {
        case .reordered, .retransmittedReordered, .everything:
            injector.swapsPerMille = 400
            return injector.reorderWithinRuns(frames)
        case .crossed:
            injector.swapsPerMille = 200
            return injector.crossSides(frames)
        case .duplicated:
            injector.duplicatesPerMille = 300
            return injector.apply(to: frames)
        case .bothPorts: return FaultInjector.seenOnBothPorts(frames)
        case .whole, .octets, .lines, .smallCuts, .largeCuts, .retransmitted, .vlan, .qinq, .ipv6,
            .wrapAround:
            return frames
        }
    }

    private func segmentation(_ seed: UInt64) -> Segmentation {
        switch self {
        case .whole, .vlan, .qinq, .ipv6: .whole
        case .octets: .pieces(of: 1)
        case .lines, .bothPorts: .lines
        case .smallCuts, .reordered, .crossed, .duplicated: .random(seed: seed, upTo: 12)
        case .largeCuts, .retransmitted, .retransmittedReordered, .wrapAround, .everything:
            .random(seed: seed, upTo: 400)
        }
    }

    private func settings(_ dialogue: Dialogue, _ seed: UInt64) -> TCPConversation.Settings {
        var settings = TCPConversation.Settings()
        switch self {
        case .vlan: settings.vlans = [7]
        case .qinq, .everything: settings.vlans = [100, 7]
        case .whole, .octets, .lines, .smallCuts, .largeCuts, .reordered, .crossed, .duplicated,
            .retransmitted, .retransmittedReordered, .ipv6, .bothPorts, .wrapAround:
            break
        }
        if [.retransmitted, .retransmittedReordered, .everything].contains(self) {
            settings.retransmission = .random(seed: seed &+ 1, upTo: 40)
        }
        if [.ipv6, .everything].contains(self) {
            settings.a.address = IPAddress(v6High: 0x2001_0DB8_0000_0001, low: 9)
            settings.b.address = IPAddress(v6High: 0x2001_0DB8_0000_0002, low: 25)
        }
        if [.wrapAround, .everything].contains(self) {
            let half = UInt32(truncatingIfNeeded: dialogue.byteCount / 4)
            settings.initialNumberA = 0 &- half
            settings.initialNumberB = 0 &- half
        }
        return settings
    }
}
