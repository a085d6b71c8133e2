import TapWire

/// Sending with somebody else's account.
extension AbuseCampaign {
    func login(_ turn: Int, of company: Company, _ random: inout SplitMix64) -> SessionPlan {
        var plan = SessionPlan(
            time: incident.start,
            client: loginClient(turn, &random),
            server: site.address,
            port: random.chance(0.5) ? 587 : 25,
            helo: "[10.0.0.\(1 + random.number(below: 250))]",
            serverName: site.name,
            software: site.software,
            offersTLS: site.offersTLS,
            offersLogin: site.offersLogin,
            purpose: .mail([]),
            site: site.number,
            role: .abuse
        )
        let user = site.users[0].address
        let isGuess = incident.kind == .bruteForce && turn < guesses
        plan.logins = [
            LoginPlan(
                user: user,
                password: isGuess ? "guess\(turn)" : "correct horse",
                mechanism: random.chance(0.5) ? "PLAIN" : "LOGIN",
                isTaken: !isGuess
            )
        ]
        guard !isGuess else { return plan }
        plan.purpose = .mail([spam(from: user, of: company, &random)])
        return plan
    }

    /// How many logins are tried before one succeeds.
    var guesses: Int { times.count / 2 }

    private func loginClient(_ turn: Int, _ random: inout SplitMix64) -> IPAddress {
        switch incident.kind {
        case .stolenNearby:
            // Other providers of the same country.
            let network = 0x5C_48_00_00 + UInt32(random.number(below: 14)) << 16
            return IPAddress(v4: network | UInt32(1 + random.number(below: 65_000)))
        case .bruteForce where turn >= guesses:
            var own = SplitMix64(seed: seed, stream: 0xAE)
            return .world(&own)
        default: return .world(&random)
        }
    }

    /// A mail to a few strangers, one in four of whom does not exist.
    private func spam(from user: String, of company: Company, _ random: inout SplitMix64)
        -> MailPlan
    {
        let host = company.host(random.number(below: 3_000))
        let addresses = (0..<1 + random.number(below: 4)).map { _ in
            "victim\(random.number(below: 100_000))@\(host.domain)"
        }
        let message = company.message(from: user, to: addresses[0], domain: site.domain, &random)
        var onward = OnwardPlan(
            host: host,
            recipients: addresses,
            delay: random.seconds(0.5, 8)
        )
        if random.chance(0.25) { onward.answer = .unknown }
        return MailPlan(
            from: user,
            recipients: addresses.map { RecipientPlan(address: $0) },
            message: message,
            onward: [onward]
        )
    }
}
