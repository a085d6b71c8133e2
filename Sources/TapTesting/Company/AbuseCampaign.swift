import TapWire

/// One abuse: when its sessions are, and what each is like.
///
/// The files: `+Times` says when, `+Relay` relays, `+Account` uses accounts, `+Inside` comes from inside, `+Tricks`
/// smuggles, injects, harvests and hunts.
struct AbuseCampaign: Sendable {
    var incident: AbuseIncident
    var site: CompanySite
    /// When each session begins, in order.
    var times: [Timestamp]
    let seed: UInt64

    /// The abuses of a company: each kind as often as the profile says, each at a branch of its own.
    static func all(of company: Company) -> [AbuseCampaign] {
        var campaigns: [AbuseCampaign] = []
        let branches = company.branches
        for turn in 0..<company.profile.incidentsPerKind {
            for kind in company.profile.kinds {
                let number = campaigns.count
                let site = branches[number]
                campaigns.append(AbuseCampaign(kind, turn, number: number, at: site, of: company))
            }
        }
        return campaigns
    }

    private init(
        _ kind: AbuseKind,
        _ turn: Int,
        number: Int,
        at site: CompanySite,
        of company: Company
    ) {
        var random = SplitMix64(seed: company.seed, stream: 0xAB, turn: number)
        let variant = kind.variants[(turn + Int(company.seed % 16)) % kind.variants.count]
        times = kind.times(variant, of: company.profile, &random)
        self.site = site
        seed = random.next()
        incident = AbuseIncident(
            number: number,
            kind: kind,
            variant: variant,
            server: site.address,
            account: kind.usesAccount ? site.users[0].address : nil,
            client: kind.isFromInside ? site.insideHost(kind == .bot ? 77 : 80) : nil,
            start: times.first ?? company.profile.start,
            end: times.last ?? company.profile.start
        )
    }

    /// The sessions of an hour.
    func plans(in hour: Int, of company: Company) -> [SessionPlan] {
        let (start, end) = (company.time(ofHour: hour), company.time(ofHour: hour + 1))
        guard incident.start < end, incident.end >= start else { return [] }
        var plans: [SessionPlan] = []
        for (turn, time) in times.enumerated() where time >= start && time < end {
            var random = SplitMix64(seed: seed, stream: 0xAC, turn: turn)
            var plan = plan(turn, of: company, &random)
            plan.time = time
            plan.incident = plan.role == .ordinary ? nil : incident.number
            plans.append(plan)
        }
        return plans
    }

    private func plan(_ turn: Int, of company: Company, _ random: inout SplitMix64) -> SessionPlan {
        switch incident.kind {
        case .story, .burst, .slow, .form, .natBlinded, .mixed, .underTLS:
            relay(turn, of: company, &random)
        case .stolenWorldwide, .stolenNearby, .bruteForce: login(turn, of: company, &random)
        case .bot, .script: inside(turn, of: company, &random)
        case .harvest: harvest(turn, of: company, &random)
        case .smuggling: smuggle(turn, of: company, &random)
        case .injection: inject(turn, of: company, &random)
        case .hunter: hunt(turn, of: company, &random)
        }
    }
}

extension AbuseKind {
    var usesAccount: Bool {
        self == .stolenWorldwide || self == .stolenNearby || self == .bruteForce
    }

    var isFromInside: Bool { self == .bot || self == .script }
}
