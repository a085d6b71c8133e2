/// The catalogue of what the tap itself misses.
enum BlindTexts {
    static let signature = Bilingual(
        "The tap misses something: {what}",
        french: "La sonde manque quelque chose : {what}"
    )

    static let missed = Bilingual(
        "What the tap itself may have missed at that time: {what}.",
        french: "Ce que la sonde elle-même a pu manquer à ce moment : {what}."
    )

    /// The name of what is missed.
    static func words(for kind: TapCondition.Kind) -> Bilingual {
        switch kind {
        case .framesLost: Bilingual("frames were lost", french: "des trames ont été perdues")
        case .portDown: Bilingual("a port was down", french: "un port était inactif")
        case .clockStep: Bilingual("the clock was set", french: "l'horloge a été réglée")
        case .oneSided:
            Bilingual(
                "of some connections only one side is seen",
                french: "de certaines connexions un seul côté est vu"
            )
        case .evicted:
            Bilingual(
                "connections had to make room for others",
                french: "des connexions ont dû faire place à d'autres"
            )
        }
    }

    /// What is known.
    static func why(_ kind: TapCondition.Kind) -> Bilingual {
        switch kind {
        case .framesLost:
            Bilingual(
                "Within a minute {count} frames ({share}) were lost, left out, or overwritten before they were read.",
                french: """
                    En une minute {count} trames ({share}) ont été perdues, laissées de côté ou écrasées avant d'être lues.
                    """
            )
        case .portDown:
            Bilingual(
                "The hub has no carrier on {name}.",
                french: "Le hub n'a pas de porteuse sur {name}."
            )
        case .clockStep:
            Bilingual(
                "The clock was set by {count} seconds: times before and after do not compare.",
                french:
                    "L'horloge a été réglée de {count} secondes : les heures d'avant et d'après ne se comparent pas."
            )
        case .oneSided:
            Bilingual(
                """
                Within an hour {count} connections of mail ({share}) were seen from one side only: {clients} lack what \
                the client sent, {limit} what the server sent.
                """,
                french: """
                    En une heure {count} connexions de messagerie ({share}) n'ont été vues que d'un côté : à {clients} \
                    il manque ce qu'a envoyé le client, à {limit} ce qu'a envoyé le serveur.
                    """
            )
        case .evicted:
            Bilingual(
                "Within an hour {count} connections of mail were given up because the observer had reached its limits.",
                french: """
                    En une heure {count} connexions de messagerie ont été abandonnées parce que l'observateur avait \
                    atteint ses limites.
                    """
            )
        }
    }

    /// What stands in the gaps of these texts.
    static func values(of condition: TapCondition) -> TextValues {
        let unseen = min(condition.clientsUnseen ?? 0, condition.count)
        return [
            .what: .text(words(for: condition.kind)),
            .count: .count(Int(clamping: condition.count)),
            .share: .smallShare(condition.share ?? 0),
            .name: .plain(condition.ports.joined(separator: ", ")),
            .clients: .count(Int(clamping: unseen)),
            .limit: .count(Int(clamping: condition.count - unseen)),
        ]
    }
}
