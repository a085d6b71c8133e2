import TapWire

/// What a server does with the messages it took.
extension Company {
    /// The sessions in which the server of `plan` hands on what it took in that session.
    func onward(of plan: SessionPlan, _ writer: SessionWriter) -> [SessionPlan] {
        guard case .mail(let mails) = plan.purpose else { return [] }
        var plans: [SessionPlan] = []
        for taken in writer.taken {
            let mail = mails[taken.mail]
            for onward in mail.onward {
                plans.append(session(of: onward, mail, taken, plan))
            }
        }
        return plans
    }

    private func session(
        of onward: OnwardPlan,
        _ mail: MailPlan,
        _ taken: SessionWriter.Taken,
        _ plan: SessionPlan
    ) -> SessionPlan {
        let original = mail.message ?? MailMessage(header: [], bodyOctets: 2)
        let message =
            onward.otherMessage
            ?? original.handedOn(
                by: plan.serverName,
                software: plan.software,
                queueID: taken.queueID,
                helo: plan.helo,
                client: onward.claimedClient ?? "\(plan.client)",
                date: "Mon, 23 Nov 2026 08:00:00 +0000 (UTC)"
            )
        return SessionPlan(
            time: taken.time.advanced(by: onward.delay),
            client: plan.server,
            server: onward.host.address,
            isClientInside: true,
            isServerInside: false,
            helo: plan.serverName,
            serverName: onward.host.name,
            software: onward.host.software,
            offersTLS: onward.host.usesTLS,
            usesTLS: onward.host.usesTLS,
            purpose: .mail([
                MailPlan(
                    from: onward.from ?? mail.from,
                    recipients: onward.recipients.map {
                        RecipientPlan(address: $0, answer: onward.answer)
                    },
                    message: message
                )
            ]),
            isPipelined: plan.software == .postfix,
            site: plan.site,
            role: plan.role == .abuse ? .onward : plan.role == .ordinary ? .onward : plan.role
        )
    }
}
