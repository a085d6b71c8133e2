import TapWire

/// What looks like abuse at the main office and is none, each at least 500 times in 30 days.
///
/// The files: `+Inward` comes from outside, `+Outward` leaves, `+Accounts` logs in.
struct HardNegatives {
    let company: Company

    var site: CompanySite { company.sites[0] }

    /// A server inside that takes everything and hands nothing on.
    static let sink = IPAddress(v4: 0xC000_02FA)
    /// What it is called.
    static let sinkName = "sink.example.org"
    /// Domains that are accepted and not those of the people: the list's, the friend's whose secondary MX it is, a new one.
    static let domains = ["lists.example.org", "freund.example", "neu.example"]
    /// Who may relay: the servers' network, and the gateway of a partner.
    static let networks = ["192.0.2.0/24", "198.18.0.0/15", "40.107.0.0/16"]

    /// How often each comes on a day.
    private static let perDay = 26.0

    /// The sessions of an hour.
    func plans(in hour: Int) -> [SessionPlan] {
        var plans = newsletter(hour) + monitoring(hour)
        let makers: [(Int, inout SplitMix64) -> [SessionPlan]] = [
            bounceReceived, callback, forwarding, lateBounce, tagging, greylisting, secondaryMX,
            partnerGateway, catchAll, newDomain, migration, refusedRelay, mailingList, smartHost,
            printer, popBeforeSMTP, roaming, mistyping,
        ]
        for (number, make) in makers.enumerated() {
            var random = SplitMix64(
                seed: company.seed,
                stream: 0x2000 + UInt64(number),
                turn: hour
            )
            let share = company.profile.sessionsPerDay / 1_000
            let mean = Self.perDay * min(1, share) * company.weight(ofHour: hour)
            for _ in 0..<random.count(around: mean) { plans += make(hour, &random) }
        }
        return plans
    }

    /// A session from outside with one mail.
    func inward(
        _ host: RemoteHost,
        _ mail: MailPlan,
        _ hour: Int,
        _ role: CompanyRole,
        _ random: inout SplitMix64
    ) -> SessionPlan {
        let time = company.moment(in: hour, &random)
        var plan = company.inward(host, to: site, at: time, [mail], role: role)
        // What is under TLS tests nothing: most of it is in the clear here.
        plan.usesTLS = host.usesTLS && random.chance(0.4)
        return plan
    }

    func someone(_ random: inout SplitMix64) -> RemoteHost {
        company.host(random.number(below: 2_000))
    }

    func mail(
        from: String,
        to recipient: String,
        domain: String,
        _ random: inout SplitMix64,
        extra: [String] = []
    ) -> MailPlan {
        MailPlan(
            from: from,
            recipients: [RecipientPlan(address: recipient)],
            message: company.message(
                from: from,
                to: recipient,
                domain: domain,
                &random,
                extra: extra
            )
        )
    }
}
