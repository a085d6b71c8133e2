public import TapObserve
import TapWire

/// What the relay rules remember: small, bounded, and enough to go on after a restart as if there had been none.
public struct RelayMemory: Sendable, Codable {
    /// Mail servers, own and foreign.
    var servers = BoundedTable<IPAddress, ServerRecord>()
    /// Clients that tried to relay.
    var clients = BoundedTable<IPAddress, ClientRecord>()
    /// Hosts that speak mail.
    var hosts = HostBook()
    /// Accepted relays, and guesses about domains, by their digests: when each was first seen.
    var relays = BoundedTable<UInt64, Timestamp>()
    /// How many alerts of each kind were raised and held back.
    var budgets = BoundedTable<AlertBudget.Key, AlertBudget>()
    /// Bit n is set once a frame came in by port n.
    var portsSeen: UInt32 = 0
    /// How many alerts there have been: the number in an alert's id.
    var alertCount: UInt64 = 0

    /// What servers show of themselves.
    var postures = PostureMemory()

    /// What the traffic tells of who is who.
    var who = WhoIsWho()
    /// What is usual of servers, networks of clients and accounts; stored beside, each record when it changes.
    var habits = HabitBook()
    /// What the rules of accounts remember beside it.
    var accounts = AccountMemory()

    /// The incidents that are open or were lately.
    var incidents = IncidentBook()
    /// How others may have begun.
    var earlier = EarlierMail()

    /// What strangers brought for strangers, and what became of it.
    var relaying = RelayingMemory()
    /// What is known of outgoing mail.
    var outbound = OutboundMemory()

    /// Which lasting findings were told.
    var findings = ToldFindings()

    /// How fast our servers answer.
    var slow = BoundedTable<IPAddress, SlowServer>()
    /// Connections of mail that a RST ended, by their digests: when.
    var resets = BoundedTable<UInt64, Timestamp>()
    /// What the tap itself missed lately.
    var blind = BlindMemory()

    /// Creates the memory of a beginner.
    public init() {}

    /// What a checkpoint holds: all but the incidents, which are stored by themselves.
    public var checkpointed: RelayMemory {
        var memory = self
        memory.incidents = incidents.cover
        return memory
    }

    /// The revision of the latest change of any incident.
    public var incidentRevision: UInt64 { incidents.revision }

    /// The incidents that have changed since `revision`, each as it is to be told now and as it is to be stored.
    public func incidents(since revision: UInt64, in language: RelayLanguage)
        -> [(event: EventRecord, stored: Incident)]
    {
        let narrator = RelayNarrator(language)
        return incidents.changed(since: revision).map { incident in
            let change = IncidentChange(incident: incident, time: incident.last)
            return (IncidentEvent(change, narrator: narrator).record, incident.bounded)
        }
    }

    /// The incidents as they stand now, the one that began first first.
    public func incidentReports(in language: RelayLanguage) -> [IncidentReport] {
        let narrator = RelayNarrator(language)
        return incidents.changed(since: 0).sorted { $0.id < $1.id }.map(narrator.report)
    }

    /// Takes back incidents that were stored, oldest first.
    public mutating func restore(_ stored: [Incident]) {
        incidents.restore(stored, limits: .standard)
    }

    /// How many entries all tables have together, but for the habits, which are stored beside.
    package var entryCount: Int {
        servers.count + clients.count + hosts.count + relays.count + budgets.count
            + postures.count + incidents.incidents.count + relaying.count + outbound.entryCount
            + findings.count + slow.count + blind.count + resets.count + accounts.count
            + earlier.count
    }
}

extension RelayMemory {
    /// Decodes a memory; one that an earlier hubtap has stored knows less.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        servers = try container.decode(type(of: servers), forKey: .servers)
        clients = try container.decode(type(of: clients), forKey: .clients)
        hosts = try container.decode(type(of: hosts), forKey: .hosts)
        relays = try container.decode(type(of: relays), forKey: .relays)
        budgets = try container.decode(type(of: budgets), forKey: .budgets)
        portsSeen = try container.decode(UInt32.self, forKey: .portsSeen)
        alertCount = try container.decode(UInt64.self, forKey: .alertCount)
        postures = try container.decodeIfPresent(PostureMemory.self, forKey: .postures) ?? postures
        who = try container.decodeIfPresent(WhoIsWho.self, forKey: .who) ?? who
        relaying =
            try container.decodeIfPresent(RelayingMemory.self, forKey: .relaying) ?? relaying
        habits = try container.decodeIfPresent(HabitBook.self, forKey: .habits) ?? habits
        accounts = try container.decodeIfPresent(AccountMemory.self, forKey: .accounts) ?? accounts
        incidents =
            try container.decodeIfPresent(IncidentBook.self, forKey: .incidents) ?? incidents
        earlier = try container.decodeIfPresent(EarlierMail.self, forKey: .earlier) ?? earlier
        outbound = try container.decodeIfPresent(OutboundMemory.self, forKey: .outbound) ?? outbound
        slow = try container.decodeIfPresent(type(of: slow), forKey: .slow) ?? slow
        blind = try container.decodeIfPresent(BlindMemory.self, forKey: .blind) ?? blind
        resets = try container.decodeIfPresent(type(of: resets), forKey: .resets) ?? resets
        findings = try container.decodeIfPresent(ToldFindings.self, forKey: .findings) ?? findings
    }
}
