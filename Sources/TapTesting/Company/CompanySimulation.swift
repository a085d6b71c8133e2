public import TapWire

/// The mail of a company day after day, honest and not, in order of time.
///
/// Theory of operation. Mail is planned an hour at a time by several sources, each with random numbers of its own, so
/// that one more abuse changes nothing else. A plan is written out as frames when its time comes; what a server then
/// hands on is planned as sessions of its own. So no more is held than the plans of an hour and what is still to be
/// handed on. The same seed and profile always give the same octets.
public struct CompanySimulation: Sequence, IteratorProtocol, Sendable {
    /// What the company is like.
    public var profile: CompanyProfile { company.profile }
    /// All abuses of the company, in order of their numbers.
    public var incidents: [AbuseIncident] { campaigns.map(\.incident) }

    let company: Company
    private let campaigns: [AbuseCampaign]
    private var pending = PlanQueue()
    private var hour = 0
    private var serial: UInt64 = 0

    /// The company of this seed.
    public init(seed: UInt64, profile: CompanyProfile = CompanyProfile()) {
        company = Company(profile: profile, seed: seed)
        campaigns = AbuseCampaign.all(of: company)
    }

    /// The addresses of the company's mail servers, the main one first.
    public var servers: [IPAddress] {
        company.sites.map(\.address) + (profile.hasHardNegatives ? [HardNegatives.sink] : [])
    }

    /// The names of the servers, as their logs begin with them.
    public var serverNames: [String: IPAddress] {
        var names = Dictionary(
            company.sites.map { ($0.name, $0.address) },
            uniquingKeysWith: { first, _ in first }
        )
        if profile.hasHardNegatives { names[HardNegatives.sinkName] = HardNegatives.sink }
        return names
    }

    /// What the servers accept mail for.
    public var domains: [String] {
        company.sites.flatMap(\.domains) + (profile.hasHardNegatives ? HardNegatives.domains : [])
    }

    /// Who may relay: the inside, and the gateway of a partner.
    public var networks: [String] { ["10.0.0.0/8"] + HardNegatives.networks }

    /// The port of the tap on the servers' side.
    public static let insidePort = PortIndex(rawValue: 1)

    /// The next session; nil behind the last.
    public mutating func next() -> CompanySession? {
        let last = profile.days * 24
        while hour < last, pending.first.map({ $0.time >= company.time(ofHour: hour) }) ?? true {
            plan(hour)
            hour += 1
        }
        guard let plan = pending.takeFirst() else { return nil }
        serial += 1
        var writer = SessionWriter(plan, random: SplitMix64(seed: company.seed, stream: serial))
        let session = writer.write()
        for onward in company.onward(of: plan, writer) { pending.add(onward) }
        return session
    }

    private mutating func plan(_ hour: Int) {
        for site in company.sites {
            let ordinary = OrdinaryMail(company: company, site: site)
            for plan in ordinary.plans(in: hour) { pending.add(plan) }
        }
        if profile.hasHardNegatives {
            for plan in HardNegatives(company: company).plans(in: hour) { pending.add(plan) }
        }
        for campaign in campaigns {
            for plan in campaign.plans(in: hour, of: company) { pending.add(plan) }
        }
    }
}
