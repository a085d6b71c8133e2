import TapWire

/// People who log in from where they are, or not the way they should.
extension HardNegatives {
    /// Reads the mailbox, and may send without a login for half an hour.
    func popBeforeSMTP(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let user = site.users[random.number(below: min(8, site.users.count))]
        let time = company.moment(in: hour, &random)
        let mailbox = SessionPlan(
            time: time,
            client: user.home,
            server: site.address,
            port: 110,
            helo: "",
            serverName: site.name,
            software: site.software,
            logins: [LoginPlan(user: user.address)],
            purpose: .mailbox(.pop3, isTaken: true),
            site: 0,
            role: .popBeforeSMTP
        )
        var mail = sent(by: user, &random)
        var plan = session(of: user, from: user.home, .popBeforeSMTP)
        plan.time = time.advanced(by: random.seconds(20, 1_500))
        plan.logins = []
        plan.port = 25
        mail.isChunked = false
        plan.purpose = .mail([mail])
        return [mailbox, plan]
    }

    /// Somebody is abroad for some days, and sends from there and from the telephone.
    func roaming(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let traveller = hour / 72
        let user = site.users[traveller % site.users.count]
        var abroad = SplitMix64(seed: company.seed, stream: 0x2200, turn: traveller)
        let hotel = IPAddress.world(&abroad)
        var plan = session(of: user, from: random.chance(0.5) ? hotel : user.mobile, .roaming)
        plan.time = company.moment(in: hour, &random)
        plan.purpose = .mail([sent(by: user, &random)])
        return [plan]
    }

    /// The password is wrong once or twice, and then right.
    func mistyping(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let user = random.element(of: site.users)
        var plan = session(of: user, from: user.home, .mistyping)
        plan.time = company.moment(in: hour, &random)
        let wrong = LoginPlan(user: user.address, password: "correct hrose", isTaken: false)
        plan.logins = Array(repeating: wrong, count: 1 + random.number(below: 2)) + plan.logins
        plan.purpose = .mail([sent(by: user, &random)])
        return [plan]
    }

    private func session(of user: CompanyUser, from client: IPAddress, _ role: CompanyRole)
        -> SessionPlan
    {
        SessionPlan(
            time: company.profile.start,
            client: client,
            server: site.address,
            port: 587,
            helo: "[192.168.1.7]",
            serverName: site.name,
            software: site.software,
            offersTLS: site.offersTLS,
            offersLogin: site.offersLogin,
            logins: [LoginPlan(user: user.address)],
            purpose: .mail([]),
            site: 0,
            role: role
        )
    }

    private func sent(by user: CompanyUser, _ random: inout SplitMix64) -> MailPlan {
        let partner = company.host(random.element(of: user.partners))
        let address = "person\(random.number(below: 9))@\(partner.domain)"
        var mail = mail(from: user.address, to: address, domain: site.domain, &random)
        mail.onward = [
            OnwardPlan(host: partner, recipients: [address], delay: random.seconds(0.5, 6))
        ]
        return mail
    }
}
