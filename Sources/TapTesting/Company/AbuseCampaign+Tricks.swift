import TapWire

/// Harvesting addresses, hiding a second mail in the first, talking before TLS, and looking for open relays.
extension AbuseCampaign {
    func harvest(_ turn: Int, of company: Company, _ random: inout SplitMix64) -> SessionPlan {
        var plan = session(turn, &random)
        let names = ["admin", "info", "sales", "mueller", "schmidt", "test", "office", "meier"]
        let mails = (0..<4).map { _ in
            let recipients = (0..<5).map { _ in
                let name = random.element(of: names) + "\(random.number(below: 900))"
                return RecipientPlan(address: "\(name)@\(site.domain)", answer: .unknown)
            }
            return MailPlan(from: "probe@sender7.example", recipients: recipients, message: nil)
        }
        plan.isPipelined = incident.variant == .pipelined
        plan.purpose = .mail(mails)
        return plan
    }

    /// The server takes a dot behind a bare LF for the end, and what follows for commands.
    func smuggle(_ turn: Int, of company: Company, _ random: inout SplitMix64) -> SessionPlan {
        var plan = session(turn, &random)
        let software = site.software
        let victim = "victim\(random.number(below: 900))@elsewhere.example"
        let hidden =
            "MAIL FROM:<ceo@\(site.domain)>\r\nRCPT TO:<\(victim)>\r\nDATA\r\n"
            + "Subject: hidden\r\n\r\nhidden\r\n.\r\n"
        let user = site.users[0].address
        var steps = opening(plan)
        steps += exchange(
            "MAIL FROM:<a@sender8.example>",
            software.senderTaken("<a@sender8.example>")
        )
        steps += exchange("RCPT TO:<\(user)>", software.recipientTaken("<\(user)>"))
        steps += exchange("DATA", software.goAhead)
        steps.append(.init(isServer: false, text: "Subject: shown\r\n\r\nshown\n.\r\n" + hidden))
        let replies = [
            software.taken(software.queueID(&random)),
            software.senderTaken("<ceo@\(site.domain)>"), software.recipientTaken("<\(victim)>"),
            software.goAhead, software.taken(software.queueID(&random)),
        ]
        for (place, reply) in replies.enumerated() {
            let isLast = place == replies.count - 1
            steps.append(.init(isServer: true, text: reply + "\r\n", isFinalReply: isLast))
        }
        plan.purpose = .script(steps + closing(plan))
        return plan
    }

    /// Commands in the segment of STARTTLS, which a server that is open to it obeys inside TLS.
    func inject(_ turn: Int, of company: Company, _ random: inout SplitMix64) -> SessionPlan {
        var plan = session(turn, &random)
        var steps = opening(plan)
        steps.append(
            .init(
                isServer: false,
                text: "STARTTLS\r\nMAIL FROM:<a@sender8.example>\r\nRCPT TO:<b@\(site.domain)>\r\n"
            )
        )
        steps.append(
            .init(isServer: true, text: site.software.tlsReady + "\r\n", isFinalReply: true)
        )
        plan.purpose = .script(steps)
        return plan
    }

    /// He mails himself what he has found.
    func hunt(_ turn: Int, of company: Company, _ random: inout SplitMix64) -> SessionPlan {
        var plan = session(turn, &random)
        let host = company.host(3_500)
        let address = "catcher@\(host.domain)"
        var message = company.message(from: address, to: address, domain: host.domain, &random)
        message.header[2] = "Subject: BC_\(site.address)"
        let onward = OnwardPlan(
            host: host,
            recipients: [address],
            delay: random.seconds(0.5, 8)
        )
        plan.helo = "\(site.address)"
        plan.purpose = .mail([
            MailPlan(
                from: address,
                recipients: [RecipientPlan(address: address)],
                message: message,
                onward: [onward]
            )
        ])
        return plan
    }

    private func session(_ turn: Int, _ random: inout SplitMix64) -> SessionPlan {
        var own = SplitMix64(
            seed: seed,
            stream: 0xAF,
            turn: incident.variant == .manyAddresses ? turn : 0
        )
        return SessionPlan(
            time: incident.start,
            client: .world(&own),
            server: site.address,
            helo: "host\(random.number(below: 90)).example",
            serverName: site.name,
            software: site.software,
            offersTLS: site.offersTLS,
            offersLogin: site.offersLogin,
            purpose: .mail([]),
            site: site.number,
            role: .abuse
        )
    }

    private func exchange(_ line: String, _ reply: String) -> [SessionPlan.ScriptStep] {
        [
            .init(isServer: false, text: line + "\r\n"),
            .init(isServer: true, text: reply + "\r\n"),
        ]
    }

    private func opening(_ plan: SessionPlan) -> [SessionPlan.ScriptStep] {
        let greeting = site.software.greeting(site.name)
        let keywords = site.software.keywords(offersTLS: true, offersLogin: site.offersLogin)
        let lines = [site.software.helloLine(site.name, client: plan.helo)] + keywords
        let reply = lines.enumerated().map { ($0 == lines.count - 1 ? "250 " : "250-") + $1 }
        return [.init(isServer: true, text: greeting + "\r\n")]
            + exchange("EHLO \(plan.helo)", reply.joined(separator: "\r\n"))
    }

    private func closing(_ plan: SessionPlan) -> [SessionPlan.ScriptStep] {
        exchange("QUIT", site.software.goodbye(site.name))
    }
}
