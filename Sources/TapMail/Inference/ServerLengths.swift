/// What is known of the lengths of one server's replies.
public struct ServerLengths: Hashable, Sendable {
    /// A length that was heard, and how often.
    struct Heard: Hashable, Sendable {
        var length: ReplyLength
        var count: Int
    }

    /// The most lengths kept of one class; the rarest goes first.
    static let maximumPerClass = 8

    /// Whose texts they are, as a greeting named it.
    public var family: ReplyFamily?
    /// Octets of the server's own name.
    var serverName: Int?
    private(set) var heard: [ReplyClass: [Heard]] = [:]

    /// Nothing is known yet.
    public init() {}

    /// True if nothing is known.
    var isEmpty: Bool { family == nil && serverName == nil && heard.isEmpty }

    /// The lengths heard of one class.
    func lengths(of type: ReplyClass) -> [Heard] { heard[type] ?? [] }

    /// Takes a reply that was heard in clear text.
    mutating func hear(_ length: ReplyLength, as type: ReplyClass, count: Int = 1) {
        var list = heard[type] ?? []
        if let index = list.firstIndex(where: { $0.length == length }) {
            list[index].count = min(list[index].count &+ count, 1 << 20)
        } else {
            if list.count >= Self.maximumPerClass,
                let rarest = list.indices.min(by: { list[$0].count < list[$1].count })
            {
                list.remove(at: rarest)
            }
            list.append(Heard(length: length, count: min(count, 1 << 20)))
        }
        heard[type] = list
    }

    /// Takes what another session heard of the same server.
    mutating func merge(_ other: ServerLengths) {
        family = other.family ?? family
        serverName = other.serverName ?? serverName
        for subject in ReplyClass.Subject.allCases {
            for isPositive in [true, false] {
                let type = ReplyClass(subject, isPositive: isPositive)
                for item in other.lengths(of: type) {
                    hear(item.length, as: type, count: item.count)
                }
            }
        }
    }
}

extension ReplyLength {
    /// The length of a reply that was heard: what it repeats of `repeated` is taken out of its fixed part.
    init(heard reply: [[UInt8]], repeated: [(part: Part, text: [UInt8])]) {
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
    fileprivate func holds(_ other: [UInt8]) -> Bool {
        guard let first = other.first, count >= other.count else { return false }
        return indices.prefix(count &- other.count &+ 1).contains { index in
            self[index] == first && self[index...].starts(with: other)
        }
    }
}
