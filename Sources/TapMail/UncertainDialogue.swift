import TapFlow

/// What was said since something was lost, and every way in which it fits together.
///
/// Theory of operation. Behind a hole it is no longer certain which reply belongs to which command, nor whether a line is
/// a command at all or text of a message. So lines and replies are kept as they come, and beside them the set of all
/// `Place`s where the server may be in the client's lines: how many of them it has dealt with, and what it takes the
/// next one for. Each reply moves every place on by all the moves that are possible, and takes away those that have
/// none. A line has the reply that it has in *every* way that is left; where the ways differ, nothing is said.
///
/// What bounds the ways: replies come in the order of the commands; a reply belongs to a line that was sent before it;
/// a code has to suit the command; behind 354 comes text up to a lone dot, and while text flows the server is silent;
/// behind DATA, AUTH and QUIT nobody goes on before the reply.
/// When only one place is left, the session is in step again. Both lists are bounded: what has not been decided when
/// one is full is left undecided.
struct UncertainDialogue: Sendable {
    /// What the client has sent.
    struct Item: Sendable {
        enum Content: Sendable {
            /// A hole: any number of commands, and of octets of messages, may lie in it.
            case hole
            /// Lines that are no commands by name; several in a row count as one.
            case words(isRun: Bool)
            /// A lone dot; `isOdd` if not every server takes it for the end of a message.
            case dot(isOdd: Bool)
            case command(PendingCommand)
        }

        var content: Content
        /// It may be a part of something whose beginning was lost: a message or a chunk.
        var mayBeContent = false
        /// The server spoke between the line before and this one.
        var beginsTurn = false
        /// A hole with room for DATA and for no other command beside it.
        fileprivate(set) var fitsOnlyData = false
        /// How many holes there were before it.
        var gaps: Int32 = 0

        /// The command, if it is one.
        var command: PendingCommand? {
            if case .command(let command) = content { command } else { nil }
        }

        var isHole: Bool { if case .hole = content { true } else { false } }
        /// True if a client may have logged in here.
        var mayBeLogin: Bool { isHole || command?.isLogin == true }

        var isDot: Bool { if case .dot = content { true } else { false } }
    }

    /// What came from the server.
    struct Event: Sendable {
        var moment: Moment
        /// Where the text of the reply ends in `texts`.
        fileprivate(set) var textEnd: Int32
        /// The code of the reply, with a bit above it for an offer; 0 for a hole.
        private var code: Int16
        /// The beginning of the reply may have been lost, or it had more text than is kept.
        fileprivate(set) var isTorn: Bool
        /// How many items had been sent by then.
        private var sentCount: UInt8

        fileprivate init(_ reply: SMTPReply?, at moment: Moment, itemCount: Int, textEnd: Int) {
            self.moment = moment
            self.textEnd = Int32(truncatingIfNeeded: textEnd)
            code = Int16(truncatingIfNeeded: reply?.code ?? 0)
            if reply?.isOffer == true { code |= Self.offer }
            isTorn = reply?.isTorn == true
            sentCount = UInt8(truncatingIfNeeded: itemCount)
        }

        /// How many items had been sent by then.
        var itemCount: Int { Int(sentCount) }

        /// The reply without its text, which no move depends on; nil for a hole.
        var reply: SMTPReply? {
            code == 0 ? nil : SMTPReply(code: Int(code & ~Self.offer), lines: [])
        }

        /// True if only a hello is answered with this.
        var isOffer: Bool { code & Self.offer != 0 }

        private static let offer: Int16 = 0x1000
    }

    private(set) var items: [Item] = []
    private(set) var events: [Event] = []
    /// The places that are possible now.
    private(set) var places: PlaceSet
    /// What the server may have taken the first line for.
    private let firstPlaces: FirstPlaces
    /// The lines of all replies, each with LF behind it.
    private var texts: [UInt8] = []
    // Many are held at a time: small numbers.

    /// Octets of the commands.
    private var commandOctets: Int32 = 0
    /// Once so many items were sent, replies of its own for each recipient may follow the end of a message (LMTP).
    private var owingItemCount: UInt8
    /// The lines of this turn may be part of something that began in a hole.
    private var isTurnDoubtful = false
    var isTurnCertain: Bool { !isTurnDoubtful }
    private var hasServerSpoken = false
    /// Places looked at so far.
    var work: Int { Int(workCount) }
    private var workCount: UInt32 = 0
    /// The line that comes next began in such a turn.
    private var isLineDoubtful = false

    /// How many items and how many events are kept.
    static let limit = 63
    /// How many octets of replies, and of commands, are kept.
    static let octetLimit = 65_536
    /// How many octets of one reply are kept.
    private static let replyLimit = 8_192

    /// How many items at the beginning were sent as the rest of a message.
    private let smuggledCount: UInt8
    /// How many items it began with.
    private let firstCount: UInt8

    /// Begins behind `commands`, which wait for a reply; before them stands what the server has either read as commands
    /// (`smuggled`), all of it, or taken for the rest of a message; a hole if that is not known.
    init(
        waiting commands: [PendingCommand],
        behind smuggled: [Item.Content] = [],
        modes: [Mode],
        mayOweReplies: Bool,
        gaps: Int
    ) {
        owingItemCount = mayOweReplies ? 0 : .max
        let isKnown = !smuggled.contains { if case .hole = $0 { true } else { false } }
        smuggledCount = isKnown ? UInt8(clamping: smuggled.count) : 0
        firstPlaces = FirstPlaces(modes, behind: smuggledCount)
        places = firstPlaces.all
        items =
            smuggled.map { Item(content: $0, gaps: Int32(clamping: gaps)) }
            + commands.map { Item(content: Self.content(of: $0), gaps: Int32(clamping: gaps)) }
        firstCount = UInt8(clamping: items.count)
        commandOctets = commands.reduce(0) { $0 &+ Int32(clamping: $1.weight) }
    }

    /// Behind a message that some servers take for several anything may have been said.
    private static func content(of command: PendingCommand) -> Item.Content {
        if case .endOfData(let end) = command.kind, end.oddEnd?.tail.isEmpty == false {
            return .hole
        }
        return .command(command)
    }

    /// True if the item was sent as the rest of a message.
    func isSmuggled(_ index: Int) -> Bool { index < smuggledCount }

    /// True if the server may have read what was smuggled, and the client has said nothing since.
    func isBehindSmuggled(_ event: Event) -> Bool {
        smuggledCount > 0 && event.itemCount <= Int(firstCount)
    }

    /// True if nothing came from the server, lost or not, and its greeting is waited for.
    var awaitsGreeting: Bool {
        guard case .greeting? = items.first?.command?.kind else { return false }
        return events.isEmpty
    }

    /// True if nothing more can be kept.
    var isFull: Bool {
        items.count >= Self.limit || events.count >= Self.limit
            || texts.count >= Self.octetLimit || commandOctets >= Self.octetLimit
    }

    /// Octets of memory that it takes, about.
    var keptByteCount: Int {
        items.capacity &* MemoryLayout<Item>.stride &+ events.capacity
            &* MemoryLayout<Event>.stride &+ texts.capacity &+ Int(commandOctets)
    }

    /// True if the next line may be something else than a command.
    var mayBeContent: Bool {
        if isTurnDoubtful { return true }
        if places.contains(where: { $0.mode != .command && $0.mode != .owed }) { return true }
        let first = places.firstIndex
        return items.dropFirst(first).contains { item in
            switch item.command?.kind {
            case .data, .login, .loginAnswer, .startTLS: true
            default: false
            }
        }
    }

    /// Octets of the client are lost; `byteCount` of them if it is known that they were whole lines.
    mutating func loseLines(gaps: Int, byteCount: Int? = nil) {
        isTurnDoubtful = true
        isLineDoubtful = false
        let isFresh = items.last?.isHole != true
        if isFresh { append(.hole, gaps: gaps) }
        items[items.count - 1].fitsOnlyData =
            isFresh && byteCount.map(Self.dataByteCounts.contains) == true
        // Not known of what comes behind the hole.
        hasServerSpoken = false
    }

    /// Octets of a line with DATA; with one more, NOOP would fit in beside it.
    private static let dataByteCounts = 5..<10

    /// True if the server may speak TLS from here on.
    var mayBeTLS: Bool { places.contains { $0.mode == .tls } }

    /// The server speaks TLS: the client's lines were none from there on.
    mutating func excludeText() { places = PlaceSet(places.all.filter { $0.mode == .tls }) }

    /// The client has sent a line.
    mutating func append(_ content: Item.Content, gaps: Int) {
        if isLineDoubtful { return loseLines(gaps: gaps) }
        if case .words = content {
            if isTurnDoubtful { return loseLines(gaps: gaps) }
            if case .words? = items.last?.content, !hasServerSpoken,
                events.last?.itemCount != items.count
            {
                items[items.count - 1].content = .words(isRun: true)
                return
            }
        }
        items.append(
            Item(
                content: content,
                mayBeContent: isTurnDoubtful,
                beginsTurn: hasServerSpoken,
                gaps: Int32(clamping: gaps)
            )
        )
        hasServerSpoken = false
        guard case .command(let command) = content else { return }
        commandOctets &+= Int32(clamping: command.weight)
        if command.isLMTPGreeting {
            owingItemCount = min(owingItemCount, UInt8(clamping: items.count))
        }
    }

    /// What the client says from here on, it says behind a reply.
    mutating func beginTurn(isLineBegun: Bool) {
        hasServerSpoken = true
        isLineDoubtful = isLineBegun && (isTurnDoubtful || isLineDoubtful)
        isTurnDoubtful = false
    }

    /// Octets of the server are lost.
    mutating func loseReplies(at moment: Moment) { take(nil, at: moment) }

    /// The server has replied, or octets of it are lost.
    ///
    /// - Parameters:
    ///   - reply: The reply; nil for a hole.
    ///   - moment: When it came.
    ///   - isLineBegun: True if the client is in the middle of a line.
    /// - Returns: False if there is no way left in which this fits to what was said before.
    @discardableResult
    mutating func take(_ reply: SMTPReply?, at moment: Moment, isLineBegun: Bool = false) -> Bool {
        if reply != nil { beginTurn(isLineBegun: isLineBegun) }
        keepText(of: reply)
        var event = Event(reply, at: moment, itemCount: items.count, textEnd: texts.count)
        if let reply, !reply.lines.isEmpty, texts.count == textEnd { event.isTorn = true }
        events.append(event)
        let reached = reached(before: event, from: places)
        workCount &+= UInt32(clamping: reached.count &+ 1)
        places = successors(of: event, reached: reached)
        return !places.isEmpty
    }

    /// Replies of its own for each recipient may follow the end of a message that was sent before `event`.
    func mayOweReplies(at event: Event) -> Bool { event.itemCount >= Int(owingItemCount) }

    // MARK: Texts

    private var textEnd: Int { Int(events.last?.textEnd ?? 0) }

    private mutating func keepText(of reply: SMTPReply?) {
        guard let reply else { return }
        let count = reply.lines.reduce(reply.lines.count) { $0 &+ $1.count }
        guard count <= Self.replyLimit else { return }
        for line in reply.lines {
            texts += line
            texts.append(0x0A)
        }
    }

    /// The reply of an event with its text; nil for a hole.
    func reply(_ number: Int) -> SMTPReply? {
        guard events.indices.contains(number), var reply = events[number].reply else { return nil }
        reply.isTorn = events[number].isTorn
        let start = events.prefix(number).last.map { Int($0.textEnd) } ?? 0
        let lines = texts[start..<Int(events[number].textEnd)]
            .split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        reply.lines = lines.map(Array.init)
        return reply
    }

    /// The places that were possible before each event.
    var placesBeforeEvents: [PlaceSet] {
        var all: [PlaceSet] = []
        var places = firstPlaces.all
        for event in events {
            all.append(places)
            places = successors(of: event, reached: reached(before: event, from: places))
        }
        return all
    }
}
