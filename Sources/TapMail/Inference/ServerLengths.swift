/// What is known of the lengths of one server's replies.
public struct ServerLengths: Hashable, Sendable {
    /// A length that was heard, and how often.
    struct Heard: Hashable, Sendable {
        var type: ReplyClass
        var length: ReplyLength
        var count: Int
    }

    /// The most lengths kept of one class; the rarest goes first.
    static let maximumPerClass = 8

    /// Whose texts they are, as a greeting named it.
    public var family: ReplyFamily?
    /// Octets of the server's own name.
    var serverName: Int?
    /// In the order in which they were first heard: a session hears few, so that a list takes least room.
    private var heard: [Heard] = []

    /// Nothing is known yet.
    public init() {}

    /// True if nothing is known.
    var isEmpty: Bool { family == nil && serverName == nil && heard.isEmpty }

    /// The lengths heard of one class.
    func lengths(of type: ReplyClass) -> [Heard] { heard.filter { $0.type == type } }

    /// Takes a reply that was heard in clear text.
    mutating func hear(_ length: ReplyLength, as type: ReplyClass, count: Int = 1) {
        // The numbers first: of most the lists need not be looked at.
        let same = heard.indices.first { index in
            heard[index].length.base == length.base && heard[index].type == type
                && heard[index].length == length
        }
        if let index = same {
            heard[index].count = min(heard[index].count &+ count, 1 << 20)
            return
        }
        let others = heard.indices.filter { heard[$0].type == type }
        if others.count >= Self.maximumPerClass,
            let rarest = others.min(by: { heard[$0].count < heard[$1].count })
        {
            heard.remove(at: rarest)
        }
        heard.append(Heard(type: type, length: length, count: min(count, 1 << 20)))
    }

    /// Takes what another session heard of the same server.
    mutating func merge(_ other: ServerLengths) {
        family = other.family ?? family
        serverName = other.serverName ?? serverName
        for item in other.heard { hear(item.length, as: item.type, count: item.count) }
    }
}

extension ReplyLength {
    /// The length of a reply that was heard: what it repeats of `repeated` is taken out of its fixed part.
    init(heard reply: [[UInt8]], repeated: [(part: Part, text: Substring.UTF8View)]) {
        base = reply.reduce(0) { $0 &+ $1.count &+ 6 }
        spread = 0
        parts = []
        for (part, text) in repeated where text.count >= Self.leastRepeated {
            guard reply.contains(where: { $0.holds(text) }) else { continue }
            base &-= text.count
            parts.append(part)
        }
    }

    /// Shorter names are taken for a coincidence.
    private static let leastRepeated = 4
}

extension [UInt8] {
    /// True if `other` stands somewhere in it.
    fileprivate func holds(_ other: Substring.UTF8View) -> Bool {
        guard let first = other.first, count >= other.count else { return false }
        return indices.prefix(count &- other.count &+ 1).contains { index in
            self[index] == first && self[index...].starts(with: other)
        }
    }
}
