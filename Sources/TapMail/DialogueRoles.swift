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
        var firstLines: [Side: [UInt8]] = [:]
        var heldByteCount = 0
        let isServer: LineTest

        mutating func open(_ side: Side) {
            if held.last?.side != side { held.append((side, HeldOctets())) }
        }

        mutating func hold(_ bytes: Span<UInt8>, from side: Side, at moment: Moment) {
            open(side)
            guard let last = held.indices.last else { return }
            // What lies beyond the limit decides nothing, whatever piece it came in.
            let room = min(bytes.count, max(0, limit &- heldByteCount))
            firstLines[side, default: []].append(bytes.extracting(first: room), limit: 512)
            heldByteCount &+= held[last].octets.append(bytes, at: moment, limit: .max)
        }

        mutating func holdGap(byteCount: Int?, from side: Side, at moment: Moment) {
            open(side)
            guard let last = held.indices.last else { return }
            held[last].octets.appendGap(byteCount: byteCount, at: moment)
            heldByteCount &+= 64
        }

        /// Looks at whole lines: replies are the server's, commands the client's, anything else says nothing.
        func isServer(_ side: Side) -> Bool? {
            guard let octets = firstLines[side], let end = octets.lastIndex(of: 0x0A) else {
                return nil
            }
            for line in octets[...end].split(separator: 0x0A) {
                if let isServer = isServer(line.filter { $0 != 0x0D }[...]) { return isServer }
            }
            return nil
        }
    }

    /// Whether only a server says this line, without its end; nil if it says nothing.
    typealias LineTest = @Sendable (ArraySlice<UInt8>) -> Bool?

    /// Octets that are held at most; then the guess of the flow table stands.
    static let limit = 8_192

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
            guard let isServer = undecided.isServer(side) else { continue }
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
