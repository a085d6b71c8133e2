import TapWire

/// What comes to a site and leaves it every day.
struct OrdinaryMail {
    let company: Company
    let site: CompanySite

    /// Numbers of hosts from which mail comes.
    private static let strangerCount = 4_000

    /// The sessions of an hour.
    func plans(in hour: Int) -> [SessionPlan] {
        let stream = 0x1000 + UInt64(site.number)
        var random = SplitMix64(seed: company.seed, stream: stream, turn: hour)
        // A message that a user sends is two sessions.
        let mean = site.sessionsPerDay * company.weight(ofHour: hour)
        var plans: [SessionPlan] = []
        for _ in 0..<random.count(around: mean * 0.5) { plans.append(incoming(hour, &random)) }
        for _ in 0..<random.count(around: mean * 0.2) { plans.append(submitted(hour, &random)) }
        for _ in 0..<random.count(around: mean * 0.1) { plans.append(read(hour, &random)) }
        return plans
    }

    private func incoming(_ hour: Int, _ random: inout SplitMix64) -> SessionPlan {
        let isKnown = random.chance(0.7)
        let number =
            isKnown
            ? random.number(below: Company.partnerCount) : random.number(below: Self.strangerCount)
        let host = company.host(number)
        let sender = "person\(random.number(below: 9))@\(host.domain)"
        let count = random.chance(0.08) ? 2 : 1
        var mails: [MailPlan] = []
        for _ in 0..<count {
            let user = random.element(of: site.users)
            var recipients = [RecipientPlan(address: user.address)]
            if random.chance(0.15) {
                recipients.append(RecipientPlan(address: random.element(of: site.users).address))
            }
            if random.chance(0.02) {
                recipients = [
                    RecipientPlan(address: "nobody.here@\(site.domain)", answer: .unknown)
                ]
            }
            let message = company.message(
                from: sender,
                to: user.address,
                domain: host.domain,
                &random
            )
            let isChunked = random.chance(0.1)
            mails.append(
                MailPlan(
                    from: sender,
                    recipients: recipients,
                    message: message,
                    isChunked: isChunked
                )
            )
        }
        let time = company.moment(in: hour, &random)
        return company.inward(host, to: site, at: time, mails, role: .ordinary)
    }

    private func submitted(_ hour: Int, _ random: inout SplitMix64) -> SessionPlan {
        let user = random.element(of: site.users)
        let partner = company.host(random.element(of: user.partners))
        let recipient = "person\(random.number(below: 9))@\(partner.domain)"
        let message = company.message(
            from: user.address,
            to: recipient,
            domain: site.domain,
            &random
        )
        let onward = OnwardPlan(
            host: partner,
            recipients: [recipient],
            delay: random.seconds(0.5, 6)
        )
        let mail = MailPlan(
            from: user.address,
            recipients: [RecipientPlan(address: recipient)],
            message: message,
            onward: [onward]
        )
        let isInside = random.chance(0.3)
        let isMobile = random.chance(0.15)
        return SessionPlan(
            time: company.moment(in: hour, &random),
            client: isInside ? site.insideHost(20) : isMobile ? user.mobile : user.home,
            server: site.address,
            port: 587,
            isClientInside: isInside,
            helo: "[192.168.1.\(2 + random.number(below: 200))]",
            serverName: site.name,
            software: site.software,
            offersTLS: site.offersTLS,
            offersLogin: site.offersLogin,
            usesTLS: user.usesTLS,
            logins: [
                LoginPlan(user: user.address, mechanism: random.chance(0.5) ? "PLAIN" : "LOGIN")
            ],
            purpose: .mail([mail]),
            site: site.number,
            role: .ordinary
        )
    }

    private func read(_ hour: Int, _ random: inout SplitMix64) -> SessionPlan {
        let user = random.element(of: site.users)
        let isPOP3 = random.chance(0.3)
        let port: UInt16 = isPOP3 ? (user.usesTLS ? 995 : 110) : (user.usesTLS ? 993 : 143)
        return SessionPlan(
            time: company.moment(in: hour, &random),
            client: random.chance(0.2) ? user.mobile : user.home,
            server: site.address,
            port: port,
            helo: "",
            serverName: site.name,
            software: site.software,
            usesTLS: user.usesTLS,
            logins: [LoginPlan(user: user.address)],
            purpose: .mailbox(isPOP3 ? .pop3 : .imap, isTaken: true),
            site: site.number,
            role: .ordinary
        )
    }
}
