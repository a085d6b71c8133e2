import TapFlow
import TapWire

/// Which side is the client.
///
/// Who opened the connection, if that was seen; else who is not at a mail port; else by what is said, and until that is
/// known everything is held.
struct DialogueRoles: Sendable {
    /// The client's side; nil until it is known.
    private(set) var client: Side?
    /// What was said so far, as long as the sides are not told apart.
    @OnDemand private var undecided: Undecided?

    private struct Undecided: Sendable {
        var held: [(side: Side, octets: HeldOctets)] = []
        var openings: [Side: RoleOpening] = [:]
        var heldByteCount = 0
        let isServer: LineTest

        mutating func open(_ side: Side) {
            guard held.last?.side != side else { return }
            held.append((side, HeldOctets()))
            heldByteCount &+= DialogueRoles.entryByteCount
        }

        mutating func hold(_ bytes: Span<UInt8>, from side: Side, at moment: Moment) {
            open(side)
            guard let last = held.indices.last else { return }
            // What lies beyond the limit decides nothing, whatever piece it came in.
            let room = min(bytes.count, max(0, limit &- heldByteCount))
            openings[side, default: RoleOpening()].take(bytes.extracting(first: room), isServer)
            heldByteCount &+= held[last].octets.append(bytes, at: moment, limit: .max)
        }

        mutating func holdGap(byteCount: Int?, from side: Side, at moment: Moment) {
            open(side)
            guard let last = held.indices.last else { return }
            held[last].octets.appendGap(byteCount: byteCount, at: moment)
            heldByteCount &+= DialogueRoles.entryByteCount
        }
    }

    /// Whether only a server says this line, without its end; nil if it says nothing.
    typealias LineTest = @Sendable (ArraySlice<UInt8>) -> Bool?

    /// Octets that are held at most; then the guess of the flow table stands.
    static let limit = 8_192
    /// What a turn and a hole are reckoned at.
    private static let entryByteCount = 64

    /// Octets of memory that is taken by what is held, about.
    var keptByteCount: Int { undecided?.heldByteCount ?? 0 }

    /// Looks at the ports of `flow`; lines are told apart by `isServer`.
    init(flow: borrowing Flow, ports: Set<UInt16>, isServer: @escaping LineTest) {
        guard flow.isMidstream else {
            client = .a
            return
        }
        switch (ports.contains(flow.a.port), ports.contains(flow.b.port)) {
        case (true, false): client = .b
        case (false, true): client = .a
        case (true, true), (false, false): undecided = Undecided(isServer: isServer)
        }
    }

    /// Holds octets of one side.
    mutating func hold(_ bytes: Span<UInt8>, from side: Side, at moment: Moment) {
        undecided?.hold(bytes, from: side, at: moment)
    }

    /// Holds a hole of one side.
    mutating func holdGap(byteCount: Int?, from side: Side, at moment: Moment) {
        undecided?.holdGap(byteCount: byteCount, from: side, at: moment)
    }

    /// Decides by what was said so far; `isFinal` if nothing more can be waited for.
    mutating func decide(isFinal: Bool) -> Side? {
        guard let undecided else { return client }
        for side in [Side.a, .b] {
            guard let isServer = undecided.openings[side]?.isServer else { continue }
            client = isServer ? side.opposite : side
            return client
        }
        guard isFinal || undecided.heldByteCount > Self.limit else { return nil }
        client = .a
        return client
    }

    /// What was held, in order.
    mutating func takeHeld() -> [(side: Side, pieces: [(piece: HeldOctets.Piece, moment: Moment)])]
    {
        defer { undecided = nil }
        return (undecided?.held ?? []).map { entry in
            var octets = entry.octets
            return (entry.side, octets.takeAll())
        }
    }
}

/// What the first whole lines of a side say about it: replies are the server's, commands the client's, anything else says
/// nothing.
private struct RoleOpening: Sendable {
    /// Octets that are looked at.
    private static let limit = 512

    /// True for a server, false for a client; nil as long as no line has told.
    private(set) var isServer: Bool?
    private var line: [UInt8] = []
    private var octetCount = 0

    /// Takes the next octets, and lets `test` look at each line that they end.
    mutating func take(_ bytes: Span<UInt8>, _ test: DialogueRoles.LineTest) {
        guard isServer == nil else { return }
        let seen = bytes.extracting(first: Self.limit &- octetCount)
        octetCount &+= seen.count
        for index in seen.indices {
            guard seen[index] == 0x0A else {
                line.append(seen[index])
                continue
            }
            if !line.isEmpty { isServer = test(line.filter { $0 != 0x0D }[...]) }
            guard isServer == nil else { return line = [] }
            line.removeAll(keepingCapacity: true)
        }
    }
}

extension DialogueRoles {
    /// The roles in a flow of SMTP.
    static func smtp(_ flow: borrowing Flow, ports: Set<UInt16>) -> DialogueRoles {
        DialogueRoles(flow: flow, ports: ports) { line in
            if SMTPReplyLine(line, isStrict: true) != nil { return true }
            return SMTPCommand(line).isUnmistakable ? false : nil
        }
    }

    /// The roles in a flow of POP3.
    static func pop3(_ flow: borrowing Flow, ports: Set<UInt16>) -> DialogueRoles {
        DialogueRoles(flow: flow, ports: ports) { line in
            switch POP3Reply(line) {
            case .accepted, .refused: return true
            case .challenge, nil: break
            }
            return POP3Command(line).isUnmistakable ? false : nil
        }
    }
}
