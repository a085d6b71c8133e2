import TapWire

/// How logins at a server went of late, whoever it was: those it put off, and those that failed while nobody got in.
struct ServerLogins: Hashable, Sendable, Codable {
    /// A login that was put off.
    struct PutOff: Hashable, Sendable, Codable {
        /// The account by its digest; nil if no name was shown.
        var account: UInt64?
        var client: IPAddress
        var time: Timestamp
    }

    /// A client that did not get in.
    struct Failing: Hashable, Sendable, Codable {
        var client: IPAddress
        /// When last.
        var time: Timestamp
    }

    private static let day = Duration.seconds(86_400)
    private static let hour = Duration.seconds(3_600)
    /// So many logins are remembered that were put off.
    static let keptPutOff = 200
    /// So many clients are remembered that did not get in.
    static let keptFailing = 16

    private(set) var putOff: [PutOff] = []
    private(set) var failing: [Failing] = []
    /// When it was told of last.
    private var toldAt: Timestamp?

    /// True if it was told of within a day.
    func isTold(at time: Timestamp) -> Bool {
        toldAt.map { Self.isWithin(Self.day, of: time, $0) } ?? false
    }

    /// It is told of now.
    mutating func tell(at time: Timestamp) { toldAt = time }

    /// A login was put off.
    mutating func note(_ login: PutOff) {
        putOff.removeAll { !Self.isWithin(Self.day, of: login.time, $0.time) }
        putOff = putOff.suffix(Self.keptPutOff - 1) + [login]
    }

    /// A client did not get in.
    mutating func note(_ client: Failing) {
        failing.removeAll {
            !Self.isWithin(Self.hour, of: client.time, $0.time) || $0.client == client.client
        }
        failing = failing.suffix(Self.keptFailing - 1) + [client]
    }

    /// Somebody got in: what checks the passwords works.
    mutating func noteAccepted() { failing = [] }

    /// True if logins of more than one account were put off; where names are not shown, of more than one client.
    var isPutOffWhoever: Bool {
        let accounts = Set(putOff.lazy.compactMap(\.account))
        return accounts.count > 1 || putOffClients > 1 && putOff.contains { $0.account == nil }
    }

    /// True if those whose logins were put off come from more than one network.
    var isPutOffAnywhere: Bool {
        Set(putOff.lazy.map { ClientNetwork(of: $0.client) }).count > 1
    }

    /// Whose logins were put off.
    var putOffClients: Int { Set(putOff.map(\.client)).count }

    private static func isWithin(_ span: Duration, of now: Timestamp, _ time: Timestamp) -> Bool {
        let age = now.duration(since: time)
        return age >= .zero && age < span
    }
}
