import TapMail

/// The catalogue of the rule on slow servers.
enum QueueTexts {
    static let slow = Bilingual(
        "{server} answers slowly: {delay} ms to {what}",
        french: "{server} répond lentement : {delay} ms à {what}"
    )

    static let whySlow = Bilingual(
        "For ten minutes half of the answers of {server} to {what} took {delay} ms or longer; usually it is less than {period} ms.",
        french: """
            Pendant dix minutes la moitié des réponses de {server} à {what} ont pris {delay} ms ou plus ; d'habitude c'est \
            moins de {period} ms.
            """
    )

    static let busy = Bilingual(
        "{server} turns clients away: {count} greetings with 421 within ten minutes",
        french: "{server} renvoie des clients : {count} accueils avec 421 en dix minutes"
    )

    static let whyBusy = Bilingual(
        "{server} greeted {count} clients with 421, the last of them {client}: it has no room for more connections.",
        french:
            "{server} a accueilli {count} clients avec 421, le dernier étant {client} : il n'a plus de place pour des connexions."
    )

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
