import TapWire

/// What comes from outside.
extension HardNegatives {
    func bounceReceived(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let host = someone(&random)
        let user = random.element(of: site.users).address
        let mail = mail(
            from: "",
            to: user,
            domain: host.domain,
            &random,
            extra: ["Auto-Submitted: auto-replied"]
        )
        return [inward(host, mail, hour, .bounceReceived, &random)]
    }

    /// Somebody's server asks whether an address exists, and sends nothing.
    func callback(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let user = random.element(of: site.users).address
        let mail = MailPlan(from: "", recipients: [RecipientPlan(address: user)], message: nil)
        return [inward(someone(&random), mail, hour, .callback, &random)]
    }

    /// Mail to somebody who has it sent on, with the sender's address or one that leads back over us.
    func forwarding(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let host = someone(&random)
        let number = random.number(below: 2)
        let target = company.host(number)
        let from = "person\(random.number(below: 9))@\(host.domain)"
        var mail = mail(from: from, to: site.users[number].address, domain: host.domain, &random)
        let parts = from.split(separator: "@")
        let rewritten = "SRS0=HHH=TT=\(parts[1])=\(parts[0])@\(site.domain)"
        mail.onward = [
            OnwardPlan(
                host: target,
                from: number == 0 ? nil : rewritten,
                recipients: ["home\(number)@\(target.domain)"],
                delay: random.seconds(0.5, 4)
            )
        ]
        return [inward(host, mail, hour, .forwarding, &random)]
    }

    /// Taken first, and bounced when the mailbox turns out not to exist.
    func lateBounce(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let host = someone(&random)
        let from = "person\(random.number(below: 9))@\(host.domain)"
        let unknown = "gone\(random.number(below: 90))@\(site.domains[site.domains.count - 1])"
        var mail = mail(from: from, to: unknown, domain: host.domain, &random)
        mail.onward = [
            OnwardPlan(
                host: host,
                from: "",
                recipients: [from],
                delay: random.seconds(0.5, 4),
                otherMessage: company.message(
                    from: "MAILER-DAEMON@\(site.name)",
                    to: from,
                    domain: site.name,
                    &random,
                    extra: ["Auto-Submitted: auto-replied"]
                )
            )
        ]
        return [inward(host, mail, hour, .lateBounce, &random)]
    }

    /// Addresses of ours with more in front of the `@` than a name.
    func tagging(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let host = someone(&random)
        let user = random.element(of: site.users).address
        let local = String(user.prefix { $0 != "@" })
        let domain = String(user.drop { $0 != "@" }.dropFirst())
        let address = random.element(of: [
            "\(local)+shop@\(domain)", "prvs=0123456789=\(local)@\(domain)",
            "SRS0=HHH=TT=elsewhere.example=someone@\(domain)",
            "list-bounces+someone=elsewhere.example@\(domain)",
        ])
        let from = random.chance(0.5) ? "" : "person1@\(host.domain)"
        let mail = mail(from: from, to: address, domain: host.domain, &random)
        return [inward(host, mail, hour, .tagging, &random)]
    }

    /// Put off, and taken when it comes again after some minutes.
    func greylisting(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let host = company.host(1_000 + random.number(below: 3_000))
        let user = random.element(of: site.users).address
        var mail = mail(from: "person1@\(host.domain)", to: user, domain: host.domain, &random)
        mail.recipients[0].answer = .deferred
        let first = inward(host, mail, hour, .greylisting, &random)
        mail.recipients[0].answer = .taken
        var again = first
        again.purpose = .mail([mail])
        again.time = first.time.advanced(by: random.seconds(300, 900))
        return [first, again]
    }

    /// Kept for a friend whose own server is away; always handed to that server.
    func secondaryMX(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let host = someone(&random)
        let friend = company.host(7)
        let address = "person\(random.number(below: 9))@freund.example"
        var mail = mail(from: "person2@\(host.domain)", to: address, domain: host.domain, &random)
        mail.onward = [
            OnwardPlan(host: friend, recipients: [address], delay: random.seconds(1, 600))
        ]
        return [inward(host, mail, hour, .secondaryMX, &random)]
    }

    /// The gateway of a provider whose customer may send through us.
    func partnerGateway(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        var gateway = company.host(8)
        gateway.address = IPAddress(v4: 0x286B_0000 + UInt32(1 + random.number(below: 200)))
        let target = someone(&random)
        let address = "person\(random.number(below: 9))@\(target.domain)"
        var mail = mail(
            from: "kunde@partner8.example",
            to: address,
            domain: gateway.domain,
            &random
        )
        mail.onward = [
            OnwardPlan(host: target, recipients: [address], delay: random.seconds(0.5, 6))
        ]
        return [inward(gateway, mail, hour, .partnerGateway, &random)]
    }

    /// A developers' server that takes everything and hands nothing on.
    func catchAll(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let host = someone(&random)
        let mail = mail(
            from: "test@\(host.domain)",
            to: "anyone@elsewhere\(random.number(below: 50)).example",
            domain: host.domain,
            &random
        )
        var plan = inward(host, mail, hour, .catchAll, &random)
        plan.server = Self.sink
        plan.serverName = Self.sinkName
        plan.software = .openSMTPD
        plan.usesTLS = false
        plan.offersTLS = false
        plan.offersLogin = false
        return [plan]
    }

    /// A domain that is new at the server from the tenth day on.
    func newDomain(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        guard hour >= 24 * company.profile.quietDays else { return [] }
        let host = someone(&random)
        let mail = mail(
            from: "person3@\(host.domain)",
            to: "info\(random.number(below: 9))@neu.example",
            domain: host.domain,
            &random
        )
        return [inward(host, mail, hour, .newDomain, &random)]
    }

    /// Addresses that are no more, to which many still write.
    func migration(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let host = someone(&random)
        var mail = mail(
            from: "person4@\(host.domain)",
            to: "bestellung@\(site.domains[0])",
            domain: host.domain,
            &random
        )
        mail.recipients[0].answer = .unknown
        return [inward(host, mail, hour, .migration, &random)]
    }

    /// A stranger asks for a stranger and is turned away.
    func refusedRelay(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let host = company.host(4_000 + random.number(below: 400))
        var mail = mail(
            from: "a@\(host.domain)",
            to: "b@elsewhere\(random.number(below: 90)).example",
            domain: host.domain,
            &random
        )
        mail.recipients[0].answer = .relayRefused
        return [inward(host, mail, hour, .refusedRelay, &random)]
    }

    /// Every ten minutes somebody looks whether the server is there.
    func monitoring(_ hour: Int) -> [SessionPlan] {
        (0..<(company.profile.sessionsPerDay < 200 ? 1 : 6)).map { turn in
            SessionPlan(
                time: company.time(ofHour: hour).advanced(by: .seconds(600 * turn + 30)),
                client: IPAddress(v4: 0x58C6_1234),
                server: site.address,
                helo: "monitor.example",
                serverName: site.name,
                software: site.software,
                offersTLS: site.offersTLS,
                offersLogin: site.offersLogin,
                usesTLS: turn.isMultiple(of: 2),
                purpose: .mail([]),
                site: 0,
                role: .monitoring
            )
        }
    }
}
