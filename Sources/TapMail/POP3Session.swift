public import TapFlow
public import TapObserve
import TapWire

/// The state machine of one connection to a mailbox.
///
/// Theory of operation. The client's lines become commands in a queue; each reply takes its command off the queue and only
/// then has an effect. Behind AUTH and STLS the client's octets are held until the reply says whether they are a secret,
/// TLS or further commands. The server's lines are replies, or belong to the listing or message that a reply began. Nothing
/// stops the parse: behind a hole it goes on where it is certain again.
///
/// The files: `+Client` cuts the client's octets and reads its commands, `+Server` takes the replies and gives them
/// effect, `+Gaps` lives with loss and the end.
public struct POP3Session: ObserverSession, MidstreamSession {
    /// What it reports.
    public typealias Event = POP3Event

    /// What the client's next octets are.
    enum ClientMode: Sendable {
        /// Nothing came yet: a command, or TLS.
        case start
        case commands
        /// Held until the reply to AUTH or STLS comes.
        case held
        /// One line that answers a challenge of AUTH.
        case loginAnswer
        /// Behind +OK to STLS: TLS or not.
        case tlsOrText
        case tls
        /// Neither TLS nor text: only counted.
        case opaque
    }

    /// What the server's next octets are.
    enum ServerMode: Sendable {
        case replies
        /// Lines up to a lone dot, which belong to the reply to this command.
        case listing(POP3Verb?)
        /// The client has begun TLS.
        case tlsOrText
        case tls
    }

    let configuration: POP3Observer.Configuration
    let tlsLibrary: (any TLSLibrary)?
    var roles: DialogueRoles
    var summary: POP3SessionSummary

    var clientMode = ClientMode.start
    var commandLines = LineBuffer()
    var queue = POP3Queue()
    var held = HeldOctets()
    var login: LoginDialogue?
    var recognition = Recognition()
    /// The client has spoken before the server; it is told when the greeting comes, as that may only not be seen.
    var isEarlyTalker = false
    /// The name in the last USER.
    var givenName: String?

    var serverMode = ServerMode.replies
    var replyLines = LineBuffer(limits: .init(keptLength: 512))

    /// A flow picked up in the middle, until it is known whether it is TLS.
    @OnDemand var midstreamTLS: MidstreamTLS?
    /// Once TLS is spoken: what it shows.
    @OnDemand var tls: TLSConnection?
    /// Contradictions between segments that were told.
    private var toldOverlaps: UInt8 = 0
    var now: Moment
    var output: [POP3Event] = []

    /// Creates the state machine of `flow`.
    init(
        flow: borrowing Flow,
        configuration: POP3Observer.Configuration,
        tlsLibrary: (any TLSLibrary)?
    ) {
        self.configuration = configuration
        self.tlsLibrary = tlsLibrary
        roles = .pop3(flow, ports: configuration.ports)
        summary = POP3SessionSummary(client: roles.client ?? .a)
        summary.isMidstream = flow.isMidstream
        now = Moment(time: flow.opened, sequence: flow.firstSequence)
        midstreamTLS = MidstreamTLS(flow)
        if flow.isMidstream {
            queue.loseCommands()
        } else {
            queue.expectGreeting(isSure: flow.isAnswerSeen)
        }
    }

    /// Takes the next event of the flow and emits what it means, in order.
    public mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        emit: (POP3Event) -> Void
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
        if side == client {
            loseClient(byteCount: byteCount)
        } else {
            loseServer(byteCount: byteCount)
        }
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
            .overlap(MailOverlap(conflict, from: side, client: summary.client, dialect: .pop3))
        )
    }

    /// Notes what was odd, each once.
    mutating func note(_ anomaly: MailAnomaly) {
        if !summary.anomalies.contains(anomaly.rawValue) {
            summary.anomalies.append(anomaly.rawValue)
        }
    }
}
