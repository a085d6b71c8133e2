import TapFlow
import TapMail
import TapObserve
import TapWire

/// An event of mail with who is who: what every rule is shown.
///
/// One object an event: it is completed step by step before the rules are asked, and handed on without being copied.
final class MailCase {
    /// What was observed.
    let event: MailEvent
    /// The transaction; nil for other events.
    let transaction: Shared<SMTPTransaction>?
    /// The session of SMTP that ended; nil for other events.
    let session: Shared<SMTPSessionSummary>?
    /// The transaction inside TLS as it was inferred; nil for other events.
    let inferred: Shared<InferredTransaction>?
    /// Where and when.
    let context: EventContext
    /// What the transaction's addresses say, each read once for all rules; nil for other events.
    let envelope: EnvelopeAddresses?
    /// The client's address and port.
    let client: Endpoint
    /// The server's address and port.
    let server: Endpoint
    /// Who the ends are, and how the server calls itself.
    let ends: DirectionFinder.Ends
    /// The server's software.
    let family: MailServerFamily
    /// Which way the session went.
    let direction: Direction
    /// How it is known which domains are ours.
    let domains: DomainBasis
    /// Whose each recipient of the transaction is, in their order; empty for other events.
    let standings: [RecipientStanding]
    /// What a reverse lookup has said of the client; nil if none was seen.
    var clientName: ReverseName?
    /// What one has said of the client that the signal which is told is about; nil if none was seen.
    var suspectName: ReverseName?
    /// True if the server is surely one of ours.
    let isServerOurs: Bool
    /// The transaction as a relay or a try at one; nil if it is none.
    var relay: RelayCase?
    /// The recipients whose addresses hide a stranger's, of a client from outside without a login; most have none.
    var odd: [OddRecipient] = []
    /// True if the event shows a server of ours calling another that it had not called in the hour before.
    var isNewContact = false
    /// The stranger's message that the event shows leaving its server; nil if it shows none.
    var onward: Shared<OnwardMatch>?
    /// The addresses in the Received fields of a message that leaves which may relay through our servers.
    var trustedHops: [IPAddress] = []
    /// The message of an odd form that the event shows coming back to its sender; nil if it shows none.
    var returned: Shared<HeldRelay>?
    /// True if the server takes mail for anybody and was never seen to send any, where others are.
    var isServerKeeping = false
    /// True if mail servers were configured.
    var hasConfiguredServers = false
    /// What the server of the session offers before TLS; nil for other events, and where it was not seen.
    var offer: OfferReading?
    /// What the event shows to have changed of its server.
    var postureChanges: [PostureChange] = []
    /// The event as mail that a host of ours sends out; nil if it is none.
    var outgoing: OutgoingMail?
    /// The account that sent the transaction; nil if none logged in, or it showed no name.
    var account: AccountCase?
    /// The attempts to log in of the session that ended, those that showed a name.
    var logins: [LoginCase] = []
    /// The attempts to log in that a session showed, in order, those without a name too.
    private(set) lazy var attempts = shownAttempts
    /// The tables that tell where addresses are; nil if there are none.
    var places: PlaceSource?
    /// Where the client is; nil if it is one of ours, or no table tells.
    var clientPlace: Place? { places == nil ? nil : foundPlace }
    /// The same, looked up once it is asked for: it is large, and not touched where there are no tables.
    private lazy var foundPlace = inward == nil ? nil : places?.place(of: client.address)

    /// The recipients that are told of: of a relay the strangers it is about, else all of the transaction.
    private(set) lazy var toldRecipients: [SMTPRecipient] =
        relay?.strangers.map(\.recipient) ?? transaction?.recipients ?? []

    init(
        _ event: MailEvent,
        _ transaction: Shared<SMTPTransaction>?,
        _ session: Shared<SMTPSessionSummary>?,
        in context: EventContext,
        envelope: EnvelopeAddresses?,
        client: Endpoint,
        server: Endpoint,
        family: MailServerFamily,
        direction: Direction,
        domains: DomainBasis,
        standings: [RecipientStanding],
        isServerOurs: Bool,
        ends: DirectionFinder.Ends
    ) {
        self.event = event
        self.transaction = transaction
        self.session = session
        inferred = event.inferred
        self.context = context
        self.envelope = envelope
        self.client = client
        self.server = server
        self.family = family
        self.direction = direction
        self.domains = domains
        self.standings = standings
        self.isServerOurs = isServerOurs
        self.ends = ends
    }

    /// When it was over.
    var time: Timestamp { context.moment.time }

    /// True if the server said yes to a stranger's recipient, in whatever form.
    var isStrangerAccepted: Bool {
        !(relay?.accepted.isEmpty ?? true) || odd.contains(where: \.recipient.isAccepted)
    }

    /// True if the event shows nothing but a message leaving, which was counted when it came.
    var isOnlyLeaving: Bool { onward != nil && onward?.departure == nil }

    /// The client it is about: of a message that leaves the one who brought it.
    var suspect: IPAddress { onward?.value.relay.client ?? ends.client }

    /// Where a client is that the event is about: its own, or one that came before; nil if it is one of ours, or no table tells.
    func place(of address: IPAddress) -> Place? {
        if address == client.address { return clientPlace }
        return address == server.address ? nil : places?.place(of: address)
    }

    /// The name of the connection, whatever number it has: a restart does not change it.
    var sessionDigest: UInt64 {
        var digest = Digest()
        for endpoint in [client, server] {
            digest.combine(endpoint.address)
            digest.combine(UInt64(endpoint.port))
        }
        return digest.value
    }

    /// The digest under which the habit of the server stands.
    private(set) lazy var serverKey: UInt64 = {
        var digest = Digest()
        digest.combine(Habit.Kind.server.rawValue)
        digest.combine(ends.server)
        return digest.value
    }()

    /// True if the sender's domain belongs with the client's name: a mail server that sends its own users' mail.
    private(set) lazy var isOrdinaryDelivery: Bool = {
        guard let transaction, let envelope else { return false }
        return SMTPTransaction.isOrdinaryDelivery(of: envelope.sender, by: transaction.helo)
    }()

    /// Recipients refused in a transaction that goes on; nil for other events.
    var refusals: SMTPRefusals? {
        guard case .smtp(.refusals(let refusals)) = event else { return nil }
        return refusals
    }

    /// What was odd and told at once; nil for other events.
    var anomaly: SMTPAnomaly? {
        guard case .smtp(.anomaly(let anomaly)) = event else { return nil }
        return anomaly
    }

    /// How it is known that the client is outside and the server ours; nil if the session went another way.
    var inward: DirectionBasis? {
        guard case .inward(let basis) = direction else { return nil }
        return basis
    }

    /// How it is known that the client is ours and the server outside; nil if the session went another way.
    var outward: DirectionBasis? {
        guard case .outward(let basis) = direction else { return nil }
        return basis
    }

    /// How it is known which end is outside; nil if neither is.
    private var directionBasis: DirectionBasis? { inward ?? outward }

    /// The highest severity that what is known can carry.
    func severityLimit(for basis: Signal.Basis) -> Severity {
        if basis.contains(.direction) {
            switch directionBasis {
            case .unclear: return .low
            case .learnedPorts, .learnedPartners: return .medium
            case .ports, .servers, .besideServers, .addresses, .serverName, nil: break
            }
        }
        guard basis.contains(.domains) else { return .critical }
        return switch domains {
        case .configured: .critical
        // Another server's own mail: of a partner who may, or for a domain of ours that was not known yet.
        case .learned: isOrdinaryDelivery ? .medium : .high
        case .candidate, .guessed, .unknown: .medium
        }
    }

    /// The highest severity that a signal on the event itself can carry.
    func severityLimit(for signal: Signal) -> Severity {
        let limit = severityLimit(for: signal.basis)
        return isServerKeeping && signal.basis == .relay ? min(limit, .low) : limit
    }

    /// How sure a signal of `certainty` can be of what it rests on.
    func confidence(_ certainty: Double, for basis: Signal.Basis) -> Double {
        var sure = certainty
        if basis.contains(.direction), let directionBasis { sure *= directionBasis.confidence }
        if basis.contains(.domains) { sure *= domains.confidence }
        if basis.contains(.completeness), transaction?.isIncomplete ?? false { sure *= 0.85 }
        // Not rounded(): in a program without Foundation nothing links the C library's round.
        return Double(Int(sure * 100 + 0.5)) / 100
    }

    /// The digest of the Message-ID of a transaction; nil if it shows none.
    private(set) lazy var messageDigest = transaction?.value.message?.identifier.map(Digest.value)

    /// The name of the message in the server's queue, if its last words tell.
    private(set) lazy var queueID: QueueID? = {
        guard let transaction, transaction.isTaken else { return nil }
        return QueueID(in: transaction.text, of: family)
    }()
}
