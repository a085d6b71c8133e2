import TapWire

/// Where one of our servers hands on mail for domains that nobody outside has brought: its users', what it forwards,
/// bounces.
///
/// A server that delivers by itself takes the mail of many domains to many hosts; behind a smart host all of it goes to
/// one or two. Such a host tells nothing of the domains whose mail it takes. Two months are kept, in two generations, so
/// that a server that is moved behind a smart host, or away from one, is seen as it is now.
struct OutletRecord: Hashable, Sendable, Codable {
    /// What was seen in a month.
    private struct Month: Hashable, Sendable, Codable {
        var domains = SightedHosts()
        var hosts = SightedHosts()

        /// True if enough was seen to say where its mail goes.
        var isTelling: Bool { domains.count >= OutletRecord.leastDomains }

        /// True if the mail of whatever domain goes to few hosts, of which `host` is one.
        func takesAll(_ host: IPAddress) -> Bool {
            isTelling && OutletRecord.domainsOfHost * hosts.count <= domains.count
                && hosts.contains(host)
        }
    }

    /// Domains that a server must have written to before anything is said of where its mail goes.
    static let leastDomains = 8
    /// Domains for each host from which on the hosts are smart hosts: a provider of many domains is written to beside others.
    static let domainsOfHost = 4
    private static let generation = Duration.seconds(30 * 86_400)

    private var month = Month()
    private var former = Month()
    private var began: Timestamp

    init(at time: Timestamp) { began = time }

    /// A message for `domain` was handed to `host`.
    mutating func take(_ domain: MailDomain, to host: IPAddress, at time: Timestamp) {
        if time >= began.advanced(by: Self.generation) {
            (former, month, began) = (month, Month(), time)
        }
        month.domains.insert(domain)
        month.hosts.insert(host)
    }

    /// True if `host` takes the mail of the server for whatever domain.
    func takesAll(_ host: IPAddress) -> Bool {
        month.isTelling ? month.takesAll(host) : former.takesAll(host)
    }
}
