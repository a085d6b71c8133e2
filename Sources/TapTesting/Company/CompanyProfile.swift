public import TapWire

/// What a simulated company is like.
public struct CompanyProfile: Hashable, Sendable {
    /// How many days are simulated.
    public var days = 30
    /// People at the main office.
    public var users = 120
    /// Mail domains of the main office.
    public var domains = 3
    /// The mail server of the main office.
    public var software = MailServerSoftware.postfix
    /// Mail sessions of the main office on a working day.
    public var sessionsPerDay = 1_000.0
    /// The share of partners and users whose mail goes under TLS.
    public var tlsShare = 0.9
    /// Which abuses there are.
    public var kinds = AbuseKind.allCases
    /// How often each abuse happens, each time at a branch of its own.
    public var incidentsPerKind = 2
    /// Sessions of one abuse at most.
    public var sessionsPerIncident = 400
    /// Days before the first abuse.
    public var quietDays = 8
    /// True if there is all that looks like abuse and is none.
    public var hasHardNegatives = true
    /// Midnight of the first day: Monday, 2026-11-23, in the company's time, which is UTC.
    public var start = Timestamp(nanoseconds: 1_795_392_000_000_000_000)

    /// Creates the usual company: 30 days, 120 people.
    public init() {}

    /// The same company with another size, another server, other domains and more or less mail under TLS, as `seed` has it.
    public func varied(by seed: UInt64) -> CompanyProfile {
        var random = SplitMix64(seed: seed, stream: 0xBEEF)
        var profile = self
        profile.users = random.element(of: [25, 60, 120, 240, 400])
        profile.sessionsPerDay = sessionsPerDay * (0.8 + 0.6 * random.share())
        profile.domains = 1 + random.number(below: 6)
        profile.software = random.element(of: MailServerSoftware.allCases)
        profile.tlsShare = 0.85 + 0.13 * random.share()
        return profile
    }

    /// A company of three days with a few sessions, for tests.
    public static var tiny: CompanyProfile {
        var profile = CompanyProfile()
        profile.days = 2
        profile.users = 12
        profile.sessionsPerDay = 60
        profile.tlsShare = 0.6
        profile.quietDays = 1
        profile.incidentsPerKind = 1
        profile.sessionsPerIncident = 14
        return profile
    }

    /// Midnight after the last day.
    public var end: Timestamp { start.advanced(by: .seconds(86_400 * days)) }
}
