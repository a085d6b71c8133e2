public import TapFlow
public import TapObserve
import TapWire

/// The state machine of one connection to mailboxes.
///
/// Theory of operation. The client's lines and literals become commands; the server's reply names its command by a tag
/// and only then has an effect. Where the client must wait for the server (a literal, a challenge, STARTTLS, COMPRESS) its
/// octets are held until the answer says what they are. The server's literals are passed by their length. Behind a hole
/// only what is unmistakable is taken: a command with a known verb, a reply with the tag of a command that waits.
///
/// The files: `+Client` cuts the client's octets and reads its commands, `+Server` takes what the server says, `+Replies`
/// gives the replies effect, `+Gaps` lives with loss and the end.
public struct IMAPSession: ObserverSession, MidstreamSession {
    /// What it reports.
    public typealias Event = IMAPEvent

    /// What the client's next octets are.
    enum ClientMode: Sendable {
        /// It is to be seen whether this is TLS or text; behind a hole, or at the very beginning.
        case start
        case commands
        /// A literal of a command.
        case literal(IMAPLiteralPart)
        /// Held until the server says how it goes on.
        case held(Hold)
        /// One line that answers a challenge of AUTHENTICATE.
        case loginAnswer
        /// Behind OK to STARTTLS: TLS or not.
        case tlsOrText
        case tls
        /// Compressed, or neither TLS nor text: only counted.
        case opaque
    }

    /// What the client waits for.
    enum Hold: Sendable {
        /// To be asked for a literal.
        case literal
        /// For a challenge, or the end of AUTHENTICATE.
        case login
        /// For the reply to STARTTLS.
        case tls
        /// For the reply to COMPRESS.
        case compression
    }

    /// What the server's next octets are.
    enum ServerMode: Sendable {
        case lines
        /// A literal of a response, of which so many octets are missing.
        case literal(remaining: UInt64, isMessage: Bool)
        /// The client has begun TLS.
        case tlsOrText
        case tls
        /// Compressed: only counted.
        case opaque
    }

    let configuration: IMAPObserver.Configuration
    let tlsLibrary: (any TLSLibrary)?
    var roles: DialogueRoles
    var summary: IMAPSessionSummary

    var clientMode = ClientMode.start
    var commandLines = LineBuffer(limits: Self.lineLimits)
    /// The command of which more is to come behind a literal.
    var open: IMAPPending?
    /// More of a command comes behind a literal, `open` or one that was refused meanwhile.
    var isContinuing = false
    var queue = IMAPQueue()
    var held = HeldOctets()
    var login: LoginDialogue?
    var recognition = Recognition()
    /// Octets of the client were lost, and what comes may stand in the middle of a literal.
    var isClientUncertain = false
    /// How often that became so.
    var doubtCount = 0
    /// How many lines came since that were no commands; the first may be the rest of one.
    var foreignLines = 0

    var serverMode = ServerMode.lines
    var replyLines = LineBuffer(limits: Self.lineLimits)
    /// The response that goes on behind a literal; nil at the beginning of a line.
    var response: IMAPResponse?
    /// The number of the message that was read last; nil once it may be another's.
    var lastRetrieved: UInt32?
    var isGreeted = false
    /// The client has spoken before the server; it is told when the greeting comes, as that may only not be seen.
    var isEarlyTalker = false
    /// The SYN/ACK was seen: nothing the server said before can have been missed.
    let isAnswerSeen: Bool
    /// Octets of the server were lost, and what comes may stand in the middle of a literal.
    var isServerUncertain = false
    /// What looked like a reply since to the last command, until the client goes on.
    var doubtfulReply: IMAPAnswer?
    /// What the server said last since, if it looked like a word to go on, until the client goes on.
    var doubtfulWord: [UInt8]?

    /// A flow picked up in the middle, until it is known whether it is TLS.
    @OnDemand var midstreamTLS: MidstreamTLS?
    /// Once TLS is spoken: what it shows.
    @OnDemand var tls: TLSConnection?
    /// Contradictions between segments that were told.
    private var toldOverlaps: UInt8 = 0
    var now: Moment
    var output: [IMAPEvent] = []

    /// From so many lines on that are no commands what comes behind a hole is a message.
    static let foreignLinesOfMessage = 2

    /// A line is kept whole: what ends it says whether a literal follows.
    private static let lineLimits = LineBuffer.Limits(lineLength: 65_536, keptLength: 65_536)

    /// Creates the state machine of `flow`.
    init(
        flow: borrowing Flow,
        configuration: IMAPObserver.Configuration,
        tlsLibrary: (any TLSLibrary)?
    ) {
        self.configuration = configuration
        self.tlsLibrary = tlsLibrary
        roles = .imap(flow, ports: configuration.ports)
        summary = IMAPSessionSummary(client: roles.client ?? .a)
        summary.isMidstream = flow.isMidstream
        isClientUncertain = flow.isMidstream
        isServerUncertain = flow.isMidstream
        isGreeted = flow.isMidstream
        isAnswerSeen = flow.isAnswerSeen
        now = Moment(time: flow.opened, sequence: flow.firstSequence)
        midstreamTLS = MidstreamTLS(flow)
    }

    /// Takes the next event of the flow and emits what it means, in order.
    public mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        emit: (IMAPEvent) -> Void
    ) -> StreamInterest {
        now = moment
        switch event {
        case .opened: break
        case .bytes(let bytes, let side): take(bytes, from: side)
        case .gap(let byteCount, let side): lose(byteCount: byteCount, from: side)
        case .conflict(let conflict, let side): tell(conflict, from: side)
        case .ended: decideRoles(isFinal: false)
        case .closed(let reason):
            decideRoles(isFinal: true)
            summary.isOneSided = !flow.isSeenFromBothSides
            close(reason)
        }
        for event in output { emit(event) }
        output.removeAll(keepingCapacity: true)
        return .wanted
    }

    private mutating func take(_ bytes: Span<UInt8>, from side: Side) {
        guard !bytes.isEmpty else { return }
        guard let client = roles.client else {
            roles.hold(bytes, from: side, at: now)
            return decideRoles(isFinal: false)
        }
        take(bytes, from: side == client ? .client : .server)
    }

    private mutating func lose(byteCount: Int?, from side: Side) {
        guard let client = roles.client else {
            roles.holdGap(byteCount: byteCount, from: side, at: now)
            return decideRoles(isFinal: false)
        }
        summary.gaps &+= 1
        releaseHead(of: side == client ? .client : .server)
        if side == client { loseClient(byteCount) } else { loseServer(byteCount) }
    }

    /// Once it is known who is the client, what was held is told.
    private mutating func decideRoles(isFinal: Bool) {
        guard roles.client == nil, let client = roles.decide(isFinal: isFinal) else { return }
        summary.client = client
        let current = now
        for (side, held) in roles.takeHeld() {
            for (piece, moment) in held {
                now = moment
                switch piece {
                case .octets(let octets): take(octets.span, from: side)
                case .gap(let byteCount): lose(byteCount: byteCount, from: side)
                }
            }
        }
        now = current
    }

    /// Two segments of `side` gave different octets for the same place: they may be a secret, and are not told.
    private mutating func tell(_ conflict: OverlapConflict, from side: Side) {
        note(.overlapConflict)
        guard toldOverlaps < MailOverlap.maximumPerSession else { return }
        toldOverlaps &+= 1
        output.append(
            .overlap(MailOverlap(conflict, from: side, client: summary.client, dialect: .imap))
        )
    }

    /// Notes what was odd, each once.
    mutating func note(_ anomaly: MailAnomaly) {
        if !summary.anomalies.contains(anomaly.rawValue) {
            summary.anomalies.append(anomaly.rawValue)
        }
    }
}

/// A literal of the client on its way.
struct IMAPLiteralPart: Sendable {
    /// How many octets are missing.
    var remaining: UInt64
    /// How many it has in all.
    let byteCount: UInt64
    /// The first octets; none if any of the literal were lost.
    private(set) var octets: [UInt8] = []
    private var isTorn = false

    init(byteCount: UInt64) {
        self.byteCount = byteCount
        remaining = byteCount
    }

    /// Takes the next octets, and returns how many belong to it.
    mutating func take(_ bytes: Span<UInt8>) -> Int {
        let count = Int(min(UInt64(bytes.count), remaining))
        if !isTorn { octets.append(bytes.extracting(first: count), limit: IMAPCommand.keptWord) }
        remaining &-= UInt64(count)
        return count
    }

    /// The next octets are lost; false if more is lost than belongs to it.
    mutating func lose(_ byteCount: Int?) -> Bool {
        guard let lost = byteCount.flatMap(UInt64.init(exactly:)), lost < remaining else {
            return false
        }
        isTorn = true
        octets = []
        remaining &-= lost
        return true
    }
}

/// A response of the server of which more comes behind a literal.
struct IMAPResponse: Sendable {
    /// The number of the message that it brings, if it is FETCH.
    var message: UInt32?
    /// True if that was counted.
    var isCounted = false
}
