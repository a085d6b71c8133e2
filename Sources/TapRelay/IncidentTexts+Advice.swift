import TapWire

extension IncidentTexts {
    /// What to do next, before what is for the server's software.
    package static func advice(on kind: IncidentClass) -> Bilingual {
        switch kind {
        case .openRelay:
            Bilingual(
                "Hold what waits in the queue, close the relay, then remove the strangers' mail.",
                french: """
                    Retenez ce qui attend dans la file, fermez le relais, puis supprimez le courrier \
                    des inconnus.
                    """
            )
        case .natBlindedRelay:
            Bilingual(
                """
                Let the gateway keep the client's address (no source NAT on the mail port), or take \
                the gateway's address out of the networks that may relay.
                """,
                french: """
                    Faites garder l'adresse du client par la passerelle (pas de NAT source sur le port \
                    du courrier), ou retirez l'adresse de la passerelle des réseaux qui peuvent relayer.
                    """
            )
        case .stolenAccount:
            Bilingual(
                """
                Ask the owner of {subject} over another way than mail. If it was not them, or to be \
                safe at once, lock the account, end its sessions (Dovecot: doveadm kick USER), hold \
                its mail in the queue, and change the password.
                """,
                french: """
                    Demandez au propriétaire de {subject} par une autre voie que le courrier. Si ce \
                    n'était pas lui, ou tout de suite par sûreté, bloquez le compte, terminez ses \
                    sessions (Dovecot : doveadm kick USER), retenez ses messages dans la file, et changez le mot de passe.
                    """
            )
        case .infectedClient:
            Bilingual(
                """
                Take {subject} off the net and look for the program that sends; let only mail \
                servers out by port 25. If it is a mail server, add it to mail.servers.
                """,
                french: """
                    Retirez {subject} du réseau et cherchez le programme qui envoie ; ne laissez sortir \
                    par le port 25 que les serveurs de courrier. Si c'en est un, ajoutez-le à \
                    mail.servers.
                    """
            )
        case .backscatter:
            Bilingual(
                """
                Let {server} refuse unknown recipients in the dialogue instead of accepting them and \
                bouncing later (Postfix: local_recipient_maps, relay_recipient_maps; Exim: verify = \
                recipient); a secondary server needs the list of recipients for that. Bounces that \
                still wait in the queue have the sender <>: hold them and look at them.
                """,
                french: """
                    Faites refuser les destinataires inconnus par {server} dans le dialogue au lieu de \
                    les accepter et de renvoyer plus tard (Postfix : local_recipient_maps, \
                    relay_recipient_maps ; Exim : verify = recipient) ; un serveur secondaire a besoin \
                    pour cela de la liste des destinataires. Les avis qui attendent encore dans la file \
                    ont l'expéditeur <> : retenez-les et regardez-les.
                    """
            )
        case .harvest:
            Bilingual(
                """
                Limit refused recipients for each session and client on {server} (Postfix: \
                smtpd_hard_error_limit; Exim: drop in the RCPT ACL by $rcpt_fail_count), and refuse \
                {client} at the firewall if it goes on.
                """,
                french: """
                    Limitez les destinataires refusés par session et par client sur {server} (Postfix : \
                    smtpd_hard_error_limit ; Exim : drop dans l'ACL de RCPT d'après $rcpt_fail_count), et \
                    refusez {client} au pare-feu s'il continue.
                    """
            )
        case .smuggling:
            Bilingual(
                """
                What was smuggled in passes for mail of a sender who did not send it: look for it in \
                the log of {server} at that time, and do not trust it. Refuse {client} at the firewall.
                """,
                french: """
                    Ce qui a été glissé passe pour le message d'un expéditeur qui ne l'a pas envoyé : \
                    cherchez-le dans le journal de {server} à cette heure, et ne vous y fiez pas. Refusez \
                    {client} au pare-feu.
                    """
            )
        case .relayTest:
            Bilingual(
                "Nothing needs doing while the server refuses; watch {client} if it goes on.",
                french: """
                    Rien à faire tant que le serveur refuse ; surveillez {client} s'il continue.
                    """
            )
        case .weakPosture:
            Bilingual(
                "Look at hubtap mail --servers, and close what is open at {server}.",
                french: "Regardez hubtap mail --servers, et fermez ce qui est ouvert sur {server}."
            )
        case .blind:
            Bilingual(
                "Look at hubtap status, and at what the rule said of the cause.",
                french: "Regardez hubtap status, et ce que la règle dit de la cause."
            )
        }
    }

    /// The same on `incident`, of which more is known than its class.
    static func advice(on incident: Incident) -> Bilingual {
        guard incident.kind == .relayTest, incident.hasSaidYes ?? false else {
            return advice(on: incident.kind)
        }
        return Bilingual(
            """
            See in what the rules said which recipients were accepted, let {server} refuse such, \
            and ask it again: hubtap relaytest {serverAddress}.
            """,
            french: """
                Voyez dans ce que disent les règles quels destinataires ont été acceptés, faites-les \
                refuser par {server}, et interrogez-le de nouveau : hubtap relaytest {serverAddress}.
                """
        )
    }

    /// What would refute the verdict.
    package static func refute(_ kind: IncidentClass) -> Bilingual {
        switch kind {
        case .openRelay, .natBlindedRelay:
            Bilingual(
                """
                It is none if the recipients' domains are yours (add them to mail.domains), or if \
                {client} may relay without a login (add it to mail.networks).
                """,
                french: """
                    Ce n'en est pas un si les domaines des destinataires sont les vôtres (ajoutez-les à \
                    mail.domains), ou si {client} peut relayer sans authentification (ajoutez-le à \
                    mail.networks).
                    """
            )
        case .stolenAccount:
            Bilingual(
                """
                It is none if the owner of {subject} says that these logins were their own: a journey, \
                a VPN, a new provider, a program that moves mail.
                """,
                french: """
                    Ce n'en est pas un si le propriétaire de {subject} dit que ces connexions sont les \
                    siennes : un voyage, un VPN, un nouvel opérateur, un programme qui déplace le \
                    courrier.
                    """
            )
        case .infectedClient:
            Bilingual(
                "It is none if {subject} is a mail server (add it to mail.servers), or a program of yours may send from it.",
                french: """
                    Ce n'en est pas un si {subject} est un serveur de courrier (ajoutez-le à \
                    mail.servers), ou si un programme à vous a le droit d'envoyer de là.
                    """
            )
        case .backscatter:
            Bilingual(
                "It is none if the senders did send the mail that comes back to them.",
                french: """
                    Ce n'en est pas si les expéditeurs ont bien envoyé le courrier qui leur revient.
                    """
            )
        case .harvest:
            Bilingual(
                "It is none if {client} sends to an old list, or a domain has just moved.",
                french: """
                    Ce n'en est pas une si {client} envoie à une vieille liste, ou si un domaine vient \
                    de déménager.
                    """
            )
        case .smuggling:
            Bilingual(
                "It is none if the octets were changed on their way: compare both sides of the tap.",
                french: """
                    Ce n'en est pas si les octets ont été changés en chemin : comparez les deux côtés de \
                    la sonde.
                    """
            )
        case .relayTest:
            Bilingual(
                "It is none if {client} is yours and should relay: add it to mail.networks.",
                french: """
                    Ce n'en est pas un si {client} est à vous et doit relayer : ajoutez-le à \
                    mail.networks.
                    """
            )
        case .weakPosture:
            Bilingual(
                "It is none if {server} is meant to be like that, for clients inside only.",
                french: """
                    Ce n'en est pas si {server} est voulu ainsi, pour les seuls clients de l'intérieur.
                    """
            )
        case .blind:
            Bilingual(
                "It is none if what is missing was no mail: the counters of hubtap status tell.",
                french: """
                    Ce n'en est pas si ce qui manque n'était pas du courrier : les compteurs de hubtap \
                    status le disent.
                    """
            )
        }
    }

    static let mirrorBehind = Bilingual(
        "The mirror could not keep up at the time: {what}.",
        french: "Le miroir n'a pas pu suivre à ce moment : {what}."
    )

    /// What the mirror left out.
    static func leftOut(_ level: MirrorCut) -> Bilingual {
        switch level {
        case .asked, .bulk:
            Bilingual(
                "payload of large frames that are no mail is left out",
                french: "le contenu des grandes trames qui ne sont pas du courrier est omis"
            )
        case .other:
            Bilingual(
                "payload of frames that are no mail is left out",
                french: "le contenu des trames qui ne sont pas du courrier est omis"
            )
        case .whole:
            Bilingual(
                "frames are left out that are neither mail nor begin or end a connection",
                french: """
                    des trames qui ne sont ni du courrier ni le début ou la fin d'une connexion sont \
                    omises
                    """
            )
        }
    }
}
