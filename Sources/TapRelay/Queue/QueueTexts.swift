import TapMail

/// The catalogue of the rule on slow servers.
enum QueueTexts {
    static let slow = Bilingual(
        "{server} answers slowly: {delay} ms to {what}",
        french: "{server} répond lentement : {delay} ms à {what}"
    )

    static let whySlow = Bilingual(
        """
        For {window} half of the answers of {server} to {what} took {delay} ms or longer, a tenth {tenth} ms or longer, a \
        twentieth {twentieth} ms or longer; usually it is less than {period} ms. Sessions open at once meanwhile: {sessions} or more.
        """,
        french: """
            Pendant {window} la moitié des réponses de {server} à {what} ont pris {delay} ms ou plus, un dixième {tenth} \
            ms ou plus, un vingtième {twentieth} ms ou plus ; d'habitude c'est moins de {period} ms. Sessions ouvertes à la fois pendant \
            ce temps : {sessions} ou plus.
            """
    )

    static let busy = Bilingual(
        "{server} turns clients away: {clients} greeted with 421 within {window}",
        french: "{server} renvoie des clients : accueil 421 pour {clients} en {window}"
    )

    static let whyBusy = Bilingual(
        """
        Within {window} {server} greeted {clients} with 421, the latest {client}, as where there is no room for more, or it is being shut down. \
        Sessions open at once meanwhile: {sessions} or more.
        """,
        french: """
            En {window}, {server} a accueilli {clients} avec 421, le dernier étant {client}, comme faute de place, ou \
            parce qu'on l'arrête. Sessions ouvertes à la fois pendant ce temps : {sessions} ou plus.
            """
    )

    /// How many clients were turned away; more than are kept may have been.
    static func clients(_ count: Int) -> Phrase {
        let clients = IncidentTexts.clients(count)
        guard count >= SlowServer.keptTurnedAway else { return clients }
        return .text(
            Bilingual("{clients} or more", french: "{clients} ou plus"),
            [.clients: clients]
        )
    }

    static let adviceSlow = Bilingual(
        "Look at the queue and the load of {server}; a queue full of foreign mail is what an abused server looks like.",
        french: """
            Regardez la file et la charge de {server} ; une file pleine de courrier étranger est ce à quoi ressemble un \
            serveur dont on abuse.
            """
    )

    /// The name of what was asked.
    static func words(for step: SMTPReplyTimes.Step) -> Bilingual {
        switch step {
        case .greeting: Bilingual("a connection", french: "une connexion")
        case .hello: Bilingual("HELO", french: "HELO")
        case .recipient: Bilingual("RCPT", french: "RCPT")
        case .endOfData: Bilingual("the end of a message", french: "la fin d'un message")
        }
    }
}
