import TapWire

/// What does not change in a simulated company: its sites, its people and its partners.
struct Company: Sendable {
    let profile: CompanyProfile
    let seed: UInt64
    /// The main office first, then a branch for each abuse.
    let sites: [CompanySite]
    /// All sites but the main office, which is the first.
    var branches: [CompanySite] { Array(sites.dropFirst()) }

    /// Partners that are written to often; numbers beyond are strangers.
    static let partnerCount = 60

    init(profile: CompanyProfile, seed: UInt64) {
        self.profile = profile
        self.seed = seed
        let branches = profile.kinds.count * profile.incidentsPerKind
        sites = (0...branches).map { Self.site($0, profile, seed) }
    }

    private static func site(_ number: Int, _ profile: CompanyProfile, _ seed: UInt64)
        -> CompanySite
    {
        var random = SplitMix64(seed: seed, stream: 0x51, turn: number)
        let isMain = number == 0
        let domains =
            isMain
            ? (0..<max(1, profile.domains)).map(Self.mainDomain) : ["zweig\(number).example"]
        let users = isMain ? profile.users : 6
        return CompanySite(
            number: number,
            address: IPAddress(v4: (number < 200 ? 0xC000_0219 : 0xC612_0000) + UInt32(number)),
            name: "mail.\(domains[0])",
            domains: domains,
            software: isMain
                ? profile.software : MailServerSoftware.allCases[number % 4],
            users: (0..<users).map { person in
                var user = Self.user(person, domains, profile, &random)
                // The account that will be stolen is one whose habits can be seen.
                if !isMain, person == 0 { user.usesTLS = false }
                return user
            },
            sessionsPerDay: isMain ? profile.sessionsPerDay : min(12, profile.sessionsPerDay / 20)
        )
    }

    private static func mainDomain(_ number: Int) -> String {
        switch number {
        case 0: "example.org"
        case 1: "verkauf.example.org"
        case 2: "tochter.example"
        default: "tochter\(number - 1).example"
        }
    }

    private static func user(
        _ number: Int,
        _ domains: [String],
        _ profile: CompanyProfile,
        _ random: inout SplitMix64
    ) -> CompanyUser {
        let names = ["anna", "bernd", "carla", "dirk", "eva", "frank", "gerda", "heiko", "ines"]
        let name = names[number % names.count] + (number < names.count ? "" : "\(number)")
        // A provider of the company's country: its customers' networks lie in few /16s.
        let home = 0x4F_C0_00_00 + UInt32(random.number(below: 4)) << 16
        let mobile = 0x50_BA_00_00 + UInt32(random.number(below: 2)) << 16
        return CompanyUser(
            address: "\(name)@\(domains[number % domains.count])",
            home: IPAddress(v4: home | UInt32(1 + random.number(below: 65_000))),
            mobile: IPAddress(v4: mobile | UInt32(1 + random.number(below: 65_000))),
            usesTLS: random.chance(profile.tlsShare),
            partners: (0..<8).map { _ in random.number(below: partnerCount) }
        )
    }

    /// The partner or stranger with this number.
    func host(_ number: Int) -> RemoteHost {
        RemoteHost(number: number, seed: seed, tlsShare: profile.tlsShare)
    }

    /// How much of a day's mail an hour has; less at night and at the end of the week.
    func weight(ofHour hour: Int) -> Double {
        let (day, clock) = (hour / 24, hour % 24)
        let week = day % 7 < 5 ? 1 : 0.2
        return week * ((7..<19).contains(clock) ? 0.9 / 12 : 0.1 / 12)
    }

    /// When an hour begins.
    func time(ofHour hour: Int) -> Timestamp {
        profile.start.advanced(by: .seconds(3_600 * hour))
    }

    /// A moment within an hour.
    func moment(in hour: Int, _ random: inout SplitMix64) -> Timestamp {
        time(ofHour: hour).advanced(by: random.seconds(0, 3_599))
    }

    /// A message of the usual kind.
    func message(
        from: String,
        to: String,
        domain: String,
        _ random: inout SplitMix64,
        extra: [String] = []
    ) -> MailMessage {
        let number = random.next()
        let size = 400 << random.number(below: 6)
        return MailMessage(
            header: extra + [
                "From: <\(from)>", "To: <\(to)>", "Subject: \(number % 1_000)",
                "Message-ID: <\(number)@\(domain)>", "Date: Mon, 23 Nov 2026 08:00:00 +0000",
                "MIME-Version: 1.0",
            ],
            bodyOctets: size + random.number(below: size)
        )
    }

    /// A session in which a host of the wide world comes to `site`.
    func inward(
        _ host: RemoteHost,
        to site: CompanySite,
        at time: Timestamp,
        _ mails: [MailPlan],
        role: CompanyRole
    ) -> SessionPlan {
        SessionPlan(
            time: time,
            client: host.address,
            server: site.address,
            helo: host.name,
            serverName: site.name,
            software: site.software,
            offersTLS: site.offersTLS,
            offersLogin: site.offersLogin,
            usesTLS: host.usesTLS,
            purpose: .mail(mails),
            isPipelined: host.software == .postfix,
            site: site.number,
            role: role
        )
    }
}
