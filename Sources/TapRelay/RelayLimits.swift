/// How much the rules remember at most; beyond it the oldest is forgotten.
///
/// The whole memory is written with every checkpoint, so it is kept small: 3 to 4 MiB when every table is full, 1 KiB for
/// each posture beside it, and up to 7 KiB for each incident that may begin. What was dropped is counted under the name of
/// the table, for `hubtap status`: see `RelayMemory.dropped`.
public struct RelayLimits: Hashable, Sendable {
    /// Mail servers, own and foreign.
    public let servers: Int
    /// Clients that tried to relay; others are not remembered.
    public let clients: Int
    /// Hosts that speak mail, to learn which side is the inside.
    public let hosts: Int
    /// Accepted relays, to know a retry when it comes, and domains that were asked about.
    public let relays: Int
    /// Incidents that are open or were lately; they are stored by themselves, not with a checkpoint.
    public let incidents: Int
    /// Servers that strangers relay through, of which messages are held.
    public let relayingServers: Int
    /// Messages of strangers for strangers that are held of each, to see them leave.
    public let heldRelays: Int
    /// Clients that ask to relay, and in which ways.
    public let testers: Int
    /// Clients that logged in to a mailbox, and names of users.
    public let logins: Int
    /// Pairs of servers that called one another.
    public let contacts: Int
    /// Incidents of each class that may begin, of which up to 16 messages are held, and accounts with much mail.
    public let earlierMail: Int
    /// Names and clients whose guesses are held, up to 16 of each.
    public let earlierGuesses: Int
    /// Clients whose questions for recipients that do not exist are held, up to 16 of each.
    public let earlierProbes: Int
    /// Kinds of alerts whose number is counted.
    public let budgets: Int
    /// Clients that guess passwords or ask for recipients that do not exist.
    public let accountClients: Int
    /// Accounts of which it is known where they sent from lately: 1 to 2 MiB of the checkpoint; none where there is no
    /// table of addresses.
    public let journeys: Int
    /// Servers, networks of clients and accounts whose habits are known: 64 MiB for 100,000.
    ///
    /// Not part of the checkpoint: the store keeps them record by record.
    public let identities: Int
    /// Postures of own servers: one for each port and side of clients.
    public let postures: Int
    /// Postures of other servers.
    public let otherPostures: Int
    /// Hosts of ours that send mail out, or take it.
    public let outboundHosts: Int
    /// Senders of mail that our servers took, to know whose bounces they send.
    public let takenSenders: Int
    /// Messages that our servers took, to know their copies.
    public let handedMessages: Int
    /// Own servers whose habit of answering is known.
    public let slowServers: Int
    /// Own servers at which logins failed.
    public let loginServers: Int
    /// Connections that a RST ended.
    public let resets: Int
    /// Lasting findings that were told.
    public let findings: Int
    /// Senders with recipients whose mail is put off.
    public let deferred: Int

    /// Words of 64 bits in each of the two filters of the messages that our servers took within a day: 64 KiB, in the
    /// checkpoint up to 168 KiB.
    static let handedWords = 4_096
    /// Sizes of messages that are known of each host of `outboundHosts`: up to 7 KiB each in the checkpoint.
    static let intakeSizes = 128

    /// The limits that fit one site.
    public static let standard = RelayLimits()

    /// Creates limits; each is raised to 8 if below.
    public init(
        servers: Int = 256,
        clients: Int = 1_024,
        hosts: Int = 256,
        relays: Int = 512,
        relayingServers: Int = 32,
        heldRelays: Int = 64,
        testers: Int = 64,
        logins: Int = 256,
        contacts: Int = 512,
        incidents: Int = 512,
        earlierMail: Int = 128,
        earlierGuesses: Int = 1_024,
        earlierProbes: Int = 512,
        budgets: Int = 512,
        accountClients: Int = 128,
        journeys: Int = 1_024,
        identities: Int = 100_000,
        postures: Int = 64,
        otherPostures: Int = 128,
        outboundHosts: Int = 64,
        takenSenders: Int = 1_024,
        handedMessages: Int = 4_096,
        deferred: Int = 2_048,
        findings: Int = 256,
        slowServers: Int = 16,
        loginServers: Int = 16,
        resets: Int = 128
    ) {
        self.servers = max(8, servers)
        self.clients = max(8, clients)
        self.hosts = max(8, hosts)
        self.relays = max(8, relays)
        self.incidents = max(8, incidents)
        self.earlierMail = max(8, earlierMail)
        self.earlierGuesses = max(8, earlierGuesses)
        self.earlierProbes = max(8, earlierProbes)
        self.relayingServers = max(8, relayingServers)
        self.heldRelays = max(8, heldRelays)
        self.testers = max(8, testers)
        self.logins = max(8, logins)
        self.contacts = max(8, contacts)
        self.budgets = max(8, budgets)
        self.accountClients = max(8, accountClients)
        self.journeys = max(8, journeys)
        self.identities = max(8, identities)
        self.postures = max(8, postures)
        self.otherPostures = max(8, otherPostures)
        self.outboundHosts = max(8, outboundHosts)
        self.takenSenders = max(8, takenSenders)
        self.handedMessages = max(8, handedMessages)
        self.deferred = max(8, deferred)
        self.findings = max(8, findings)
        self.slowServers = max(8, slowServers)
        self.loginServers = max(8, loginServers)
        self.resets = max(8, resets)
    }
}
