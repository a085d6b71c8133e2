import TapWire

/// What leaves.
extension HardNegatives {
    /// Somebody writes to the list, and it goes to all who are on it, each with a sender of its own.
    func mailingList(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        // Each mail to the list leaves a dozen times.
        guard random.chance(0.25) else { return [] }
        let host = company.host(random.number(below: 12))
        var mail = mail(
            from: "person1@\(host.domain)",
            to: "alle@lists.example.org",
            domain: host.domain,
            &random
        )
        for subscriber in 0..<12 {
            let target = company.host(subscriber)
            mail.onward.append(
                OnwardPlan(
                    host: target,
                    from: "alle-bounces+person1=\(target.domain)@lists.example.org",
                    recipients: ["person1@\(target.domain)"],
                    delay: random.seconds(0.5, 20)
                )
            )
        }
        return [inward(host, mail, hour, .mailingList, &random)]
    }

    /// On Tuesdays at ten the newsletter goes to those who asked for it.
    func newsletter(_ hour: Int) -> [SessionPlan] {
        guard hour % 168 == 34 else { return [] }
        var random = SplitMix64(seed: company.seed, stream: 0x2100, turn: hour)
        let readers = company.profile.sessionsPerDay >= 500 ? 150 : 20
        var plan = submission(from: site.insideHost(30), hour, .newsletter, &random)
        plan.purpose = .mail(
            (0..<readers).map { reader in
                let target = company.host(100 + reader)
                let address = "person1@\(target.domain)"
                var mail = mail(
                    from: "newsletter@example.org",
                    to: address,
                    domain: site.domain,
                    &random,
                    extra: ["List-Id: <newsletter.example.org>"]
                )
                mail.onward = [
                    OnwardPlan(host: target, recipients: [address], delay: random.seconds(0.5, 30))
                ]
                return mail
            }
        )
        return [plan]
    }

    /// Another server inside hands its mail to ours.
    func smartHost(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        [relayed(from: site.insideHost(40), "erp@\(site.domain)", hour, .smartHost, &random)]
    }

    /// A copier sends what it has scanned.
    func printer(_ hour: Int, _ random: inout SplitMix64) -> [SessionPlan] {
        let host = site.insideHost(UInt32(50 + random.number(below: 4)))
        return [relayed(from: host, "scanner@\(site.domain)", hour, .printer, &random)]
    }

    private func relayed(
        from client: IPAddress,
        _ sender: String,
        _ hour: Int,
        _ role: CompanyRole,
        _ random: inout SplitMix64
    ) -> SessionPlan {
        let target = company.host(random.number(below: Company.partnerCount))
        let address = "person\(random.number(below: 9))@\(target.domain)"
        var plan = submission(from: client, hour, role, &random)
        var mail = mail(from: sender, to: address, domain: site.domain, &random)
        mail.onward = [
            OnwardPlan(host: target, recipients: [address], delay: random.seconds(0.5, 6))
        ]
        plan.purpose = .mail([mail])
        return plan
    }

    /// A session of a host inside.
    private func submission(
        from client: IPAddress,
        _ hour: Int,
        _ role: CompanyRole,
        _ random: inout SplitMix64
    ) -> SessionPlan {
        SessionPlan(
            time: company.moment(in: hour, &random),
            client: client,
            server: site.address,
            isClientInside: true,
            helo: "host.intern.example.org",
            serverName: site.name,
            software: site.software,
            offersTLS: site.offersTLS,
            offersLogin: site.offersLogin,
            purpose: .mail([]),
            site: 0,
            role: role
        )
    }
}
