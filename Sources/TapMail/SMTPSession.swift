public import TapFlow
public import TapObserve
import TapWire

/// The state machine of one mail connection.
///
/// Theory of operation. Each side has a mode that says what its next octets are. The client's lines become commands in
/// a queue; each reply of the server takes its command off the queue and only then has an effect: **the server's reply
/// decides the parse**. Behind DATA, AUTH and STARTTLS the client's octets are held until that reply says whether they
/// are a message, a secret, TLS or further commands. Nothing ever stops the parse: what cannot be told is left out and
/// flagged, and at the next certain place the session is in step again.
///
/// The files: `+Client` cuts the client's octets, `+Commands` reads its lines, `+Server` takes the replies,
/// `+Replies` gives them effect, `+Transaction` builds the envelope, `+Chunks` doubts what the server takes of it, `+Refusals`
/// tells of it early, `+Gaps` notes loss, `+Uncertainty` lives with it, `+Overlaps` tells of segments that contradict each other, `+Closing` ends.
public struct SMTPSession: ObserverSession, MidstreamSession {
    /// What it reports.
    public typealias Event = SMTPEvent

    /// What the client's next octets are.
    enum ClientMode: Sendable {
        /// Nothing came yet: a command, a proxy's header, or TLS.
        case start
        case proxyHeader(ProxyHeader.Reader)
        /// Command lines.
        case commands
        /// Held until the reply to the last command comes.
        case held
        /// A message, until a lone dot.
        case message
        /// Octets of a BDAT chunk.
        case chunk(remaining: UInt64)
        /// Held until a reply tells whether they are a chunk or commands.
        case doubtfulChunk(DoubtfulChunk)
        /// One line that answers a challenge of AUTH.
        case loginAnswer
        /// Behind 220 to STARTTLS: TLS or not.
        case tlsOrText
        case tls
        /// Neither TLS nor text: only counted.
        case opaque
    }

    /// What the server's next octets are.
    enum ServerMode: Sendable {
        case replies
        /// The client has begun TLS.
        case tlsOrText
        case tls
    }

    let setup: SMTPSetup
    // There may be a hundred thousand sessions: small ones stand together, as each by itself would take a word.
    let isMidstream: Bool
    let isAnswerSeen: Bool
    var serverMode = ServerMode.replies
    var recognition = Recognition()
    /// The client spoke before the server had said anything.
    var isEarlyTalker = false
    /// The server may be in a transaction whose beginning was not seen.
    var mayBeInsideTransaction: Bool
    var roles: DialogueRoles
    var summary: SMTPSessionSummary

    var clientMode = ClientMode.start
    var commandLines = LineBuffer()
    var queue = CommandQueue()
    var held = HeldOctets()
    @OnDemand var message: MessageCounter?
    @OnDemand var chunks: ChunkedHeaders?
    /// Once something was lost, and until it is certain again what belongs to what: all that was said since.
    @OnDemand var uncertain: UncertainDialogue?
    /// The line before the one that comes ended with CRLF.
    var isBehindCRLF = false
    /// AUTH, STARTTLS, DATA, BDAT or what is no command was sent: what the client sends may be a secret or a message.
    var isBeyondCommands = false
    /// Contradictions between segments that were told.
    var toldOverlaps: UInt8 = 0
    /// The server has refused a chunk, and said nothing yet that tells whether it has read its octets as commands.
    var isChunkRefused = false
    /// Recipients that were refused.
    var refusedRecipients: UInt16 = 0

    var replies: ReplyAssembler
    /// A refusal that came before the message had ended.
    @OnDemand var earlyReply: SMTPReply?
    /// Something that looks like an end of data in the message just accepted.
    @OnDemand var suspect: OddEnd?
    /// The transaction of that message, until it is known whether it ended there.
    @OnDemand var withheld: OpenTransaction?
    /// LMTP: the first reply behind the message that accepted it for a recipient.
    @OnDemand var acceptedReply: SMTPReply?

    @OnDemand var transaction: OpenTransaction?
    var authentication = SMTPAuthentication.none
    @OnDemand var login: LoginDialogue?
    var givenName: String?
    var serverName: String?
    /// A flow picked up in the middle, until it is known whether it is TLS.
    @OnDemand var midstreamTLS: MidstreamTLS?
    /// Once TLS is spoken: what it shows.
    @OnDemand var tls: TLSConnection?
    /// What is inferred of what is said inside it.
    @OnDemand var encrypted: EncryptedDialogue?
    /// The address of the server, once it is known which side that is.
    var server: IPAddress?
    /// The server listens where no LMTP may be spoken (RFC 2033 section 5, RFC 6409, RFC 8314).
    var isAtSMTPPort = false
    /// How long its replies were in the clear.
    var heard = ServerLengths()
    /// Octets of its last reply to EHLO.
    var helloReplyOctets: Int?
    /// The client was heard before the server.
    var isClientFirst = false
    var hasClientGap = false
    var hasServerGap = false
    /// Octets of the server are lost, and no reply was heard since.
    var isServerGapLast = false
    /// What was lost of the server may answer what is seen only behind it: what came behind a later hole of the client,
    /// which was sent before and seen when the hole was given up; and, where nothing waited for a reply or much is in
    /// doubt, what two captures whose clocks differ have put in the wrong order.
    var mayReplyBeLost = false
    var closing: CloseReason?

    var now: Moment
    var output: [SMTPEvent] = []

    /// Creates the state machine of `flow`.
    init(flow: borrowing Flow, setup: SMTPSetup) {
        self.setup = setup
        isMidstream = flow.isMidstream
        isAnswerSeen = flow.isAnswerSeen
        mayBeInsideTransaction = flow.isMidstream
        roles = .smtp(flow, ports: setup.configuration.ports)
        summary = SMTPSessionSummary(dialect: .smtp, client: .a)
        summary.isMidstream = flow.isMidstream
        replies = ReplyAssembler(isTorn: flow.isMidstream)
        now = Moment(time: flow.opened, sequence: flow.firstSequence)
        midstreamTLS = MidstreamTLS(flow)
        if flow.isMidstream {
            authentication = .unknown
            loseTrack(modes: [.command, .goAhead, .text, .answer])
        } else {
            _ = queue.append(PendingCommand(kind: .greeting, moment: now), isReplyBegun: false)
        }
        if let client = roles.client { assignRoles(client: client, flow: flow) }
    }

    /// Takes the next event of the flow and emits what it means, in order.
    public mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        emit: (SMTPEvent) -> Void
    ) -> StreamInterest {
        now = moment
        switch event {
        case .opened: break
        case .bytes(let bytes, let side):
            if takeText(bytes, from: side) { return .asBefore }
            take(bytes, from: side, of: flow)
        case .gap(let byteCount, let side): lose(byteCount: byteCount, from: side, of: flow)
        case .conflict(let conflict, let side): tell(conflict, from: side)
        case .ended(let side):
            decideRoles(of: flow, isFinal: false)
            if roles.client == side.opposite { endServer() }
        case .closed(let reason):
            decideRoles(of: flow, isFinal: true)
            summary.isOneSided = !flow.isSeenFromBothSides
            close(reason)
        }
        if !output.isEmpty {
            for event in output { emit(event) }
            // Most of the time there is nothing to tell.
            output = []
        }
        // What is on its way to be relayed must not be lost to a flood of other connections.
        return _transaction.change { $0.hasAcceptedRecipient } == true ? .valued : .wanted
    }

    // Looked at where it lies, as this is asked with every segment.

    /// Octets kept of a dialogue in which something was lost.
    var uncertainByteCount: Int { mutating get { _uncertain.change { $0.keptByteCount } ?? 0 } }

    /// Octets kept of what few sessions have.
    var rareByteCount: Int {
        mutating get {
            var count = _message.change { $0.keptByteCount } ?? 0
            count &+= _chunks.change { $0.keptByteCount } ?? 0
            count &+= _suspect.change { $0.tail.count } ?? 0
            count &+= _transaction.change { $0.keptByteCount } ?? 0
            count &+= _withheld.change { $0.keptByteCount } ?? 0
            return count &+ summary.logins.count &* 64
        }
    }

    /// Takes octets of the middle of a message, which change nothing else; false, with nothing taken, of all others.
    private mutating func takeText(_ bytes: Span<UInt8>, from side: Side) -> Bool {
        guard side == roles.client, !bytes.isEmpty, !_midstreamTLS.isPresent else { return false }
        switch clientMode {
        case .message:
            guard changeMessage({ $0.takeText(bytes) }) == true else { return false }
        case .chunk(let remaining) where remaining > UInt64(bytes.count):
            guard _chunks.change({ $0.takeText(byteCount: bytes.count) }) == true else {
                return false
            }
            clientMode = .chunk(remaining: remaining &- UInt64(bytes.count))
        case .start, .proxyHeader, .commands, .held, .chunk, .doubtfulChunk, .loginAnswer,
            .tlsOrText, .tls, .opaque:
            return false
        }
        noteClientOctets(bytes.count)
        return true
    }

    private mutating func take(_ bytes: Span<UInt8>, from side: Side, of flow: borrowing Flow) {
        guard !bytes.isEmpty else { return }
        guard let client = roles.client else {
            roles.hold(bytes, from: side, at: now)
            return decideRoles(of: flow, isFinal: false)
        }
        take(bytes, from: side == client ? .client : .server)
    }

    private mutating func lose(byteCount: Int?, from side: Side, of flow: borrowing Flow) {
        guard let client = roles.client else {
            roles.holdGap(byteCount: byteCount, from: side, at: now)
            return decideRoles(of: flow, isFinal: false)
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
    private mutating func decideRoles(of flow: borrowing Flow, isFinal: Bool) {
        guard roles.client == nil, let client = roles.decide(isFinal: isFinal) else { return }
        assignRoles(client: client, flow: flow)
        let current = now
        for (side, held) in roles.takeHeld() {
            for (piece, moment) in held {
                now = moment
                switch piece {
                case .octets(let octets): take(octets.span, from: side, of: flow)
                case .gap(let byteCount): lose(byteCount: byteCount, from: side, of: flow)
                }
            }
        }
        now = current
    }

    private mutating func assignRoles(client: Side, flow: borrowing Flow) {
        summary.client = client
        server = flow.endpoint(client.opposite).address
        let port = flow.endpoint(client.opposite).port
        isAtSMTPPort = [25, 465, 587].contains(port)
        switch port {
        case 587: summary.dialect = .submission
        case 465: summary.dialect = .smtps
        default: summary.dialect = .smtp
        }
    }

    // What few sessions have is moved in and out, and changed where it lies: it is large.

    /// Changes the message that is being sent; nil if there is none.
    mutating func changeMessage<Result>(_ body: (inout MessageCounter) -> Result) -> Result? {
        _message.change(body)
    }

    /// Takes out the message that was sent, if there is one.
    mutating func takeMessage() -> MessageCounter? { _message.take() }

    /// Changes the headers of chunks, if there are any.
    mutating func changeChunks(_ body: (inout ChunkedHeaders) -> Void) { _ = _chunks.change(body) }

    /// True if a transaction is open.
    var isInsideTransaction: Bool { _transaction.isPresent }

    /// Opens a transaction.
    mutating func open(_ transaction: consuming OpenTransaction) { _transaction.put(transaction) }

    /// Changes the transaction; nil if none is open.
    @discardableResult
    mutating func changeTransaction<Result>(_ body: (inout OpenTransaction) -> Result) -> Result? {
        _transaction.change(body)
    }

    /// Takes out the transaction, if one is open.
    mutating func takeTransaction() -> OpenTransaction? { _transaction.take() }

    /// Keeps a transaction that has ended, until it is known whether it ended there.
    mutating func withhold(_ transaction: consuming OpenTransaction) { _withheld.put(transaction) }

    /// Takes out the transaction that is withheld, if there is one.
    mutating func takeWithheld() -> OpenTransaction? { _withheld.take() }

    /// Nothing in the last message looks like an end of data any more.
    mutating func forgetSuspect() { _suspect.take() }

    /// Notes what was odd, each once.
    mutating func note(_ anomaly: MailAnomaly) {
        if !summary.anomalies.contains(anomaly.rawValue) {
            summary.anomalies.append(anomaly.rawValue)
        }
    }
}
