/// The catalogue of incidents: their verdicts and what to do, in every language.
enum IncidentTexts {
    static let extent = Bilingual(
        "{count} events since {since}, the latest at {last}, by {clients} clients; {messages} messages were taken.",
        french: """
            {count} événements depuis {since}, le dernier à {last}, par {clients} clients ; {messages} messages ont \
            été pris.
            """
    )

    static let keeping = Bilingual(
        """
         In a day none of them was seen to leave: if hubtap sees all that {server} sends, it takes mail for anybody and \
        never relays it.
        """,
        french: """
             En un jour aucun n'a été vu repartir : si hubtap voit tout ce que {server} envoie, il prend le courrier de \
            tous et ne le relaie jamais.
            """
    )

    /// One sentence: what it is.
    static func verdict(of kind: IncidentClass) -> Bilingual {
        switch kind {
        case .openRelay:
            Bilingual(
                "{server} is an open relay",
                french: "{server} est un relais ouvert"
            )
        case .natBlindedRelay:
            Bilingual(
                "{server} relays for strangers because it takes the gateway for the client",
                french:
                    "{server} relaie pour des inconnus parce qu'il prend la passerelle pour le client"
            )
        case .stolenAccount:
            Bilingual(
                "The account {subject} on {server} is used by somebody else",
                french: "Le compte {subject} sur {server} est utilisé par quelqu'un d'autre"
            )
        case .infectedClient:
            Bilingual(
                "{subject} sends mail by itself",
                french: "{subject} envoie du courrier de lui-même"
            )
        case .backscatter:
            Bilingual(
                "{server} sends bounces to strangers",
                french: "{server} envoie des avis de non-remise à des inconnus"
            )
        case .harvest:
            Bilingual(
                "Somebody looks for addresses that exist on {server}",
                french: "Quelqu'un cherche des adresses qui existent sur {server}"
            )
        case .smuggling:
            Bilingual(
                "Something was slipped past {server}",
                french: "Quelque chose a été glissé à travers {server}"
            )
        case .relayTest:
            Bilingual(
                "Somebody tries whether {server} relays",
                french: "Quelqu'un essaie si {server} relaie"
            )
        case .weakPosture:
            Bilingual(
                "{server} shows less protection than it should",
                french: "{server} montre moins de protection qu'il ne devrait"
            )
        case .blind:
            Bilingual(
                "The tap has missed something",
                french: "La sonde a manqué quelque chose"
            )
        }
    }

    /// What to do next.
    static func advice(of kind: IncidentClass) -> Bilingual {
        switch kind {
        case .openRelay, .natBlindedRelay: RelayTexts.check
        case .stolenAccount:
            Bilingual(
                "Lock the account, hold its mail in the queue, and change the password.",
                french:
                    "Bloquez le compte, retenez ses messages dans la file et changez le mot de passe."
            )
        case .infectedClient:
            Bilingual(
                "Take {subject} off the net and look for what sends.",
                french: "Retirez {subject} du réseau et cherchez ce qui envoie."
            )
        case .backscatter:
            Bilingual(
                "Let {server} refuse unknown recipients in the dialogue instead of bouncing later.",
                french:
                    "Faites refuser les destinataires inconnus par {server} dans le dialogue au lieu de renvoyer plus tard."
            )
        case .harvest:
            Bilingual(
                "Refuse the clients at the firewall if they go on.",
                french: "Refusez les clients au pare-feu s'ils continuent."
            )
        case .smuggling:
            Bilingual(
                "Update {server}: it takes line ends that it must not take.",
                french:
                    "Mettez {server} à jour : il accepte des fins de ligne qu'il ne doit pas accepter."
            )
        case .relayTest:
            Bilingual(
                "Nothing needs doing while the server refuses.",
                french: "Rien à faire tant que le serveur refuse."
            )
        case .weakPosture:
            Bilingual(
                "Look at hubtap mail --servers and close what is open.",
                french: "Regardez hubtap mail --servers et fermez ce qui est ouvert."
            )
        case .blind:
            Bilingual(
                "Look at hubtap status.",
                french: "Regardez hubtap status."
            )
        }
    }
}
