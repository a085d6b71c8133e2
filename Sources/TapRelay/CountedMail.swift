import TapMail
import TapObserve
import TapWire

/// What the counts of an incident take of one event.
struct CountedMail: Hashable, Sendable, Codable {
    /// How many domains of one message are kept where it waits to be counted.
    static let domainLimit = 8
    /// A client, and the country it is in.
    struct Origin: Hashable, Sendable, Codable {
        var client: UInt64
        var country: CountryCode
    }

    /// How many clients, senders and queue ids of messages that were added up are kept.
    private static let furtherLimit = 32

    /// When it was over.
    var time: Timestamp
    /// Messages that the server took: 1 or 0.
    var messages: UInt64 = 0
    /// Recipients that the server took with it.
    var recipients: UInt64 = 0
    /// Octets of it that the server took.
    var octets: UInt64 = 0
    /// True if some of its octets were never seen.
    var isIncomplete: Bool
    /// The client's digest; nil for what no client did.
    var client: UInt64?
    /// The sender's digest; nil if it was not shown.
    var sender: UInt64?
    /// The digests of its recipients' domains.
    var domains: [UInt64] = []
    /// Its name in the queue of the incident's server.
    var queueID: String?
    /// How many events were added up; nil for one.
    var events: UInt64?
    /// Digests of further clients and senders, and further names in the queue, of those that were added up.
    var furtherClients, furtherSenders: [UInt64]?
    var furtherQueueIDs: [String]?
    /// The country the client is in; nil if it is not known.
    var country: CountryCode?
    /// The same of further clients, as far as it is known.
    var furtherOrigins: [Origin]?

    private init(time: Timestamp, isIncomplete: Bool) {
        (self.time, self.isIncomplete) = (time, isIncomplete)
    }

    /// Takes what counts of `mail` for an incident at `home`.
    init(_ mail: MailCase, at home: IPAddress) {
        time = mail.time
        isIncomplete = mail.isIncomplete
        guard !mail.context.isOfTap else { return }
        client = Self.digest(of: mail.ends.client)
        country = mail.clientPlace?.country
        // What goes out is named by the other server, in a queue that is not ours.
        if home == mail.ends.server { queueID = mail.queueID?.text }
        guard let transaction = mail.transaction, !transaction.isEncrypted else {
            guard let inferred = mail.inferred, inferred.outcome == .accepted else { return }
            messages = 1
            recipients = UInt64(clamping: inferred.acceptedRecipients)
            octets = UInt64(clamping: inferred.messageOctets?.low ?? 0)
            return
        }
        sender = Digest.value(of: transaction.mailFrom ?? "")
        let addresses = mail.relay?.strangers.map(\.address) ?? mail.envelope?.recipients ?? []
        domains = addresses.compactMap { address in
            guard case .domain(let domain) = address.destination else { return nil }
            return Digest.value(of: domain.name)
        }
        guard transaction.isTaken else { return }
        messages = 1
        recipients = UInt64(clamping: mail.toldRecipients.count(where: \.isAccepted))
        octets = transaction.messageOctets ?? 0
    }
}

extension CountedMail {
    /// Takes what counts of a message that a stranger brought unseen.
    init(_ mail: UnseenMail) {
        self.init(time: mail.time, isIncomplete: false)
        messages = 1
        recipients = UInt64(clamping: mail.recipients ?? 0)
        octets = UInt64(clamping: mail.octets)
        client = Self.digest(of: mail.client)
        country = mail.place?.country
    }

    /// The client with its country, if both are known.
    private var origin: Origin? {
        guard let client, let country else { return nil }
        return Origin(client: client, country: country)
    }

    /// The country of a client of those that were added up; nil if it is not known.
    func country(of client: UInt64) -> CountryCode? {
        if client == self.client { return country }
        return furtherOrigins?.first { $0.client == client }?.country
    }

    /// The digest of a client.
    static func digest(of client: IPAddress) -> UInt64 {
        var digest = Digest()
        digest.combine(client)
        return digest.value
    }

    /// Adds a later one up with this.
    mutating func add(_ later: CountedMail) {
        // Where the lists lie: this is done for each message of a host that sends much.
        func join<Value: Hashable>(_ list: inout [Value]?, _ value: Value?, beside own: Value?) {
            guard let value, value != own, !(list?.contains(value) ?? false),
                (list?.count ?? 0) < Self.furtherLimit
            else { return }
            if case .none = list { list = [] }
            list?.append(value)
        }
        func join<Value: Hashable>(
            _ list: inout [Value]?,
            _ value: Value?,
            _ more: [Value]?,
            beside own: Value?
        ) {
            join(&list, value, beside: own)
            guard let more else { return }
            for value in more { join(&list, value, beside: own) }
        }
        events = (events ?? 1) &+ (later.events ?? 1)
        messages &+= later.messages
        recipients &+= later.recipients
        octets &+= later.octets
        isIncomplete = isIncomplete || later.isIncomplete
        for domain in later.domains where !domains.contains(domain) {
            guard domains.count < Self.furtherLimit else { break }
            domains.append(domain)
        }
        join(&furtherClients, later.client, later.furtherClients, beside: client)
        join(&furtherOrigins, later.origin, later.furtherOrigins, beside: origin)
        join(&furtherSenders, later.sender, later.furtherSenders, beside: sender)
        join(&furtherQueueIDs, later.queueID, later.furtherQueueIDs, beside: queueID)
    }
}

extension MailCase {
    /// True if octets of the event were never seen.
    fileprivate var isIncomplete: Bool {
        if let transaction { return transaction.isIncomplete }
        if let session { return session.gaps > 0 || session.isOneSided }
        return switch event {
        case .pop3(.session(let summary)): summary.gaps > 0 || summary.isOneSided
        case .imap(.session(let summary)): summary.gaps > 0 || summary.isOneSided
        case .smtp, .pop3, .imap, .tap: false
        }
    }
}
