import TapWire

/// Relaying for strangers.
extension AbuseCampaign {
    func relay(_ turn: Int, of company: Company, _ random: inout SplitMix64) -> SessionPlan {
        var plan = relaySession(turn, &random)
        let victim = company.host(random.number(below: 3_000))
        let address = "victim\(random.number(below: 100_000))@\(victim.domain)"
        let isFromNobody = incident.kind == .story
        let from =
            isFromNobody
            ? "" : "s\(random.next() % 1_000_000)@sender\(random.number(below: 900)).example"
        var message = company.message(from: from, to: address, domain: "sender.example", &random)
        if incident.kind == .story { message.bodyOctets = 800 + random.number(below: 200) }
        if incident.variant == .bigFirst, turn == 0 { message.bodyOctets = 1_200_000 }
        let claimed = incident.kind == .natBlinded ? "\(site.insideHost(1))" : nil
        let recipient = incident.kind == .form ? form(turn, of: address) : address
        plan.purpose = .mail([
            MailPlan(
                from: from,
                recipients: [RecipientPlan(address: recipient)],
                message: message,
                isChunked: incident.variant == .chunks,
                onward: [
                    OnwardPlan(
                        host: victim,
                        recipients: [address],
                        delay: random.seconds(0.5, 8),
                        claimedClient: claimed
                    )
                ]
            )
        ])
        if incident.kind == .mixed, turn % 3 == 2 { honest(&plan, of: company, &random) }
        return plan
    }

    /// The session without its mail.
    private func relaySession(_ turn: Int, _ random: inout SplitMix64) -> SessionPlan {
        var own = SplitMix64(seed: seed, stream: 0xAD, turn: addressTurn(turn))
        var client = IPAddress.world(&own)
        if incident.kind == .mixed {
            // Behind the provider's own NAT, a handful of addresses.
            client = IPAddress(v4: 0x5B_20_10_00 + UInt32(own.number(below: 6)))
        }
        return SessionPlan(
            time: incident.start,
            client: client,
            server: site.address,
            helo: "host\(random.number(below: 900)).example",
            serverName: site.name,
            software: site.software,
            offersTLS: site.offersTLS,
            offersLogin: site.offersLogin,
            usesTLS: incident.kind == .underTLS,
            purpose: .mail([]),
            isPipelined: incident.variant == .pipelined,
            segmentSize: incident.variant == .singleOctets ? 1 : 1_460,
            site: site.number,
            role: .abuse
        )
    }

    private func addressTurn(_ turn: Int) -> Int {
        switch incident.variant {
        case .manyAddresses: turn
        case .plain, .growing, .jittered, .bigFirst, .chunks, .pipelined, .singleOctets:
            incident.kind == .mixed ? turn : turn % 2
        }
    }

    /// The same client sends mail to somebody of ours.
    private func honest(
        _ plan: inout SessionPlan,
        of company: Company,
        _ random: inout SplitMix64
    ) {
        let host = company.host(random.number(below: Company.partnerCount))
        let sender = "person\(random.number(below: 9))@\(host.domain)"
        let user = random.element(of: site.users).address
        let message = company.message(from: sender, to: user, domain: host.domain, &random)
        plan.role = .ordinary
        plan.purpose = .mail([
            MailPlan(from: sender, recipients: [RecipientPlan(address: user)], message: message)
        ])
    }

    /// An odd form of an address, which the branch's server reads as the address.
    private func form(_ turn: Int, of address: String) -> String {
        let parts = address.split(separator: "@").map(String.init)
        let (local, domain) = (parts[0], parts[1])
        let forms = [
            "\(local)%\(domain)@\(site.domain)", "\(domain)!\(local)@\(site.domain)",
            "\"\(address)\"@\(site.domain)", "@\(site.domain):\(address)",
            "\(address)@\(site.domain)", "\(local)%\(domain)", "\(domain)!\(local)",
            "\"\(address)\"",
        ]
        return forms[turn % forms.count]
    }
}
