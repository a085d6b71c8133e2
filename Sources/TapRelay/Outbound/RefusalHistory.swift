import TapWire

/// How much of what a host sent was refused or deferred: within the last hour, and on each of the last seven days.
///
/// The hour slides in twelfths; one that is over counts for its day.
struct RefusalHistory: Hashable, Sendable, Codable {
    /// What was said by the servers of a domain.
    struct Reply: Hashable, Sendable, Codable {
        /// The domain, cut; the server's address where none can be read.
        var domain: String
        /// 0 where none was seen.
        var code: Int
    }

    /// A span of time.
    struct Span: Hashable, Sendable, Codable {
        /// When its first message was sent.
        var began: Timestamp
        var mails = 0
        var refused = 0
    }

    /// A twelfth of an hour.
    private struct Slot: Hashable, Sendable, Codable {
        /// Its number since 1970.
        var number: Int64
        var span: Span
        var replies: [ReplyCount] = []
    }

    /// How many messages had that reply.
    struct ReplyCount: Hashable, Sendable, Codable {
        var reply: Reply
        var count: Int
    }

    private enum CodingKeys: String, CodingKey { case slots, days, toldAt }

    private var slots: [Slot] = []
    private var days: [Span] = []
    private var toldAt: Timestamp?
    // Each by itself: what is taken apart is asked each time whether it was computed.
    private static let slotLength: Int64 = 300_000_000_000
    private static let slotCount: Int64 = 12
    private static let hourLength = Duration.seconds(3_600)
    private static let dayLength = Duration.seconds(86_400)
    private static let keptDays = 7
    /// So many different replies of a twelfth are kept.
    private static let keptReplies = 8
    /// So much mail is needed to know what is usual.
    private static let usualMails = 50

    /// Nothing yet.
    init() {}

    /// Decodes a history; of one that an earlier hubtap has stored only the days are taken.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        slots = try container.decodeIfPresent([Slot].self, forKey: .slots) ?? []
        days = try container.decode([Span].self, forKey: .days)
        toldAt = try container.decodeIfPresent(Timestamp.self, forKey: .toldAt)
    }

    /// What is usual: the share of the seven days before this hour; nil if there was too little mail.
    var usual: Double? {
        let mails = days.reduce(0) { $0 &+ $1.mails }
        guard mails >= Self.usualMails else { return nil }
        return Double(days.reduce(0) { $0 &+ $1.refused }) / Double(mails)
    }

    /// The hour up to the latest message.
    var hour: Span? {
        guard var sum = slots.first?.span else { return nil }
        for slot in slots.dropFirst() {
            sum.mails &+= slot.span.mails
            sum.refused &+= slot.span.refused
        }
        return sum
    }

    /// What was said in that hour, the most frequent first.
    var replies: [ReplyCount] {
        var counts: [Reply: Int] = [:]
        for said in slots.lazy.flatMap(\.replies) { counts[said.reply, default: 0] &+= said.count }
        return counts.map { ReplyCount(reply: $0, count: $1) }.sorted {
            ($1.count, $0.reply.domain, $0.reply.code) < ($0.count, $1.reply.domain, $1.reply.code)
        }
    }

    /// True if refusals of that hour came from more than one domain.
    var isOfSeveralDomains: Bool {
        let first = slots.lazy.flatMap(\.replies).first?.reply.domain
        return slots.contains { slot in slot.replies.contains { $0.reply.domain != first } }
    }

    /// Takes one more mail, which had these replies if it was refused; one that is empty was taken.
    mutating func count(_ replies: [Reply], isRefused: Bool, at time: Timestamp) {
        let number = time.nanoseconds / Self.slotLength
        if latest != number { turn(to: number, time) }
        guard let last = slots.indices.last else { return }
        slots[last].span.mails &+= 1
        guard isRefused else { return }
        slots[last].span.refused &+= 1
        for reply in replies {
            if let known = slots[last].replies.firstIndex(where: { $0.reply == reply }) {
                slots[last].replies[known].count &+= 1
            } else if slots[last].replies.count < Self.keptReplies {
                slots[last].replies.append(ReplyCount(reply: reply, count: 1))
            }
        }
    }

    /// True if it was told of within an hour.
    func isTold(at time: Timestamp) -> Bool {
        guard let toldAt else { return false }
        let age = time.duration(since: toldAt)
        return age >= .zero && age < Self.hourLength
    }

    /// Notes that it is told of now.
    mutating func tell(at time: Timestamp) { toldAt = time }

    /// The number of the latest twelfth; nil if there is none.
    private var latest: Int64? { slots.indices.last.map { slots[$0].number } }

    /// Begins a twelfth; those that are over count for their days.
    private mutating func turn(to number: Int64, _ time: Timestamp) {
        let before = number &- Self.slotCount
        // By their places, so that none is copied for its number.
        for place in slots.indices where slots[place].number <= before { file(slots[place].span) }
        // Those ahead of now are from before the clock was set back.
        let areOver = slots.indices.contains {
            slots[$0].number <= before || slots[$0].number > number
        }
        if areOver { slots.removeAll { $0.number <= before || $0.number > number } }
        guard latest != number else { return }
        slots.append(Slot(number: number, span: Span(began: time)))
    }

    private mutating func file(_ span: Span) {
        days.removeAll { day in
            let age = span.began.duration(since: day.began)
            return age >= Self.dayLength * Self.keptDays || age < .zero
        }
        if let last = days.indices.last,
            span.began.duration(since: days[last].began) < Self.dayLength
        {
            days[last].mails &+= span.mails
            days[last].refused &+= span.refused
        } else {
            days.append(span)
        }
    }
}

extension RefusalHistory.Span {
    /// The share that was refused; 0 if there was nothing.
    var share: Double { mails == 0 ? 0 : Double(refused) / Double(mails) }
}
