/// What narrows an incident within its class, while all that was signalled of it has it in common: its words differ.
enum IncidentAspect: String, Hashable, Sendable, Codable {
    /// Weak settings: ours was the client, and the server is another's.
    case foreignServer
    /// Smuggling: a reply, not a command, was put where it does not belong.
    case injectedReply
}

extension IncidentAspect {
    /// What it is, without the full stop.
    var verdict: Bilingual {
        switch self {
        case .foreignServer:
            Bilingual(
                "Passwords of yours cross the wire in clear text on their way to {server}: {count}",
                french:
                    "Vos mots de passe passent en clair sur la ligne en route vers {server} : {count}"
            )
        case .injectedReply:
            Bilingual(
                """
                A reply was put in front of TLS in sessions with {server}: {count}, by the server \
                itself or by something between it and {client}
                """,
                french: """
                    Une réponse a été glissée devant TLS dans des sessions avec {server} : {count}, par \
                    le serveur lui-même ou par quelque chose entre lui et {client}
                    """
            )
        }
    }

    /// What to do next.
    var advice: Bilingual {
        switch self {
        case .foreignServer:
            Bilingual(
                """
                Let {client} log in at {server} with TLS only (ports 465, 993 and 995, or STARTTLS \
                required), and change the passwords that were shown.
                """,
                french: """
                    Ne laissez {client} s'authentifier auprès de {server} que sous TLS (ports 465, 993 \
                    et 995, ou STARTTLS exigé), et changez les mots de passe qui ont été montrés.
                    """
            )
        case .injectedReply:
            Bilingual(
                """
                Look for what stands between {client} and {server} and changes what they say; if it \
                is the server itself, update it. Let clients use TLS from the first octet (port 465) \
                until it is found.
                """,
                french: """
                    Cherchez ce qui se trouve entre {client} et {server} et change ce qu'ils disent ; si \
                    c'est le serveur lui-même, mettez-le à jour. Faites utiliser TLS dès le premier \
                    octet (port 465) en attendant.
                    """
            )
        }
    }

    /// What would refute the verdict.
    var refutation: Bilingual {
        switch self {
        case .foreignServer:
            Bilingual(
                "It is none if {server} is yours (add it to mail.servers), or the accounts are not.",
                french: """
                    Ce n'en est pas si {server} est à vous (ajoutez-le à mail.servers), ou si les \
                    comptes ne le sont pas.
                    """
            )
        case .injectedReply:
            Bilingual(
                """
                It is none if the reply answers a command that the tap has missed: look at the \
                evidence, and compare both sides of the tap.
                """,
                french: """
                    Ce n'en est pas si la réponse répond à une commande que la sonde a manquée : \
                    regardez les preuves, et comparez les deux côtés de la sonde.
                    """
            )
        }
    }
}
