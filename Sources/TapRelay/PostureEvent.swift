public import TapFlow
public import TapMail
public import TapObserve
public import TapWire

/// A mail server has changed: its keywords, TLS, or its answer to strangers.
public struct PostureEvent: ObservedEvent, Hashable {
    /// What has changed, from what to what, and what that means.
    public let change: PostureChange
    /// The server's address and port.
    public let server: Endpoint
    /// Which clients it shows that to.
    public let side: ClientSide
    /// The side of the flow that is the client.
    public let client: Side

    init(change: PostureChange, key: PostureKey, client: Side) {
        self.change = change
        server = Endpoint(address: key.server, port: key.port)
        side = key.side
        self.client = client
    }

    /// The EVE `event_type`: `posture`.
    public var eventType: String { "posture" }

    /// The frame that showed the new value first.
    public var firstSequence: UInt64? { change.after.sequence }

    /// The change in plain words.
    public var words: String {
        let what = PostureTexts.words(for: change.subject).english.filled { _ in nil }
        let (from, to) = (Self.harmless(change.from), Self.harmless(change.to))
        return
            "\(server) seen from \(side.rawValue), \(change.meaning.rawValue): \(what) was \(from), is \(to)"
    }

    private static func harmless(_ text: String) -> String {
        String(wire: Array(text.utf8), limit: 200)
    }
}

extension PostureEvent {
    private enum TopLevel: String, CodingKey { case posture }

    private enum Key: String, CodingKey {
        case server, port, what, from, to, meaning, since, frames
        case side = "seen_from"
        case lastBefore = "last_before"
    }

    private enum FrameKey: String, CodingKey { case before, after }

    /// Encodes `{"posture":{...}}`: only the keys that are the event's own.
    public func encode(to encoder: any Encoder) throws {
        var top = encoder.container(keyedBy: TopLevel.self)
        var container = top.nestedContainer(keyedBy: Key.self, forKey: .posture)
        try container.encode(server.address.description, forKey: .server)
        try container.encode(server.port, forKey: .port)
        try container.encode(side, forKey: .side)
        try container.encode(change.subject, forKey: .what)
        try container.encode(change.from, forKey: .from)
        try container.encode(change.to, forKey: .to)
        try container.encode(change.meaning, forKey: .meaning)
        try container.encode(change.after.time.rfc3339, forKey: .since)
        try container.encode(change.before.time.rfc3339, forKey: .lastBefore)
        var frames = container.nestedContainer(keyedBy: FrameKey.self, forKey: .frames)
        try frames.encode(change.before.sequence, forKey: .before)
        try frames.encode(change.after.sequence, forKey: .after)
    }
}
