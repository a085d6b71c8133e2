import TapWire

/// A host inside that sends mail by itself.
extension AbuseCampaign {
    func inside(_ turn: Int, of company: Company, _ random: inout SplitMix64) -> SessionPlan {
        let victim = company.host(random.number(below: 3_000))
        let address = "victim\(random.number(below: 100_000))@\(victim.domain)"
        let isBot = incident.kind == .bot
        let from =
            isBot
            ? "s\(random.next() % 1_000_000)@sender\(random.number(below: 900)).example"
            : "www-data@web.\(site.domain)"
        let message = company.message(from: from, to: address, domain: site.domain, &random)
        let isRefused = random.chance(0.2)
        return SessionPlan(
            time: incident.start,
            client: incident.client ?? site.insideHost(77),
            server: victim.address,
            isClientInside: true,
            isServerInside: false,
            helo: isBot ? "desktop-\(random.number(below: 9))" : "web.\(site.domain)",
            serverName: victim.name,
            software: victim.software,
            offersTLS: victim.usesTLS,
            purpose: .mail([
                MailPlan(
                    from: from,
                    recipients: [
                        RecipientPlan(address: address, answer: isRefused ? .unknown : .taken)
                    ],
                    message: message
                )
            ]),
            site: site.number,
            role: .abuse
        )
    }
}
