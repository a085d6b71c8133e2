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
                "Frames lost, left out, or overwritten before they were read within a minute: {count} ({share}).",
                french: """
                    Trames perdues, laissées de côté ou écrasées avant d'être lues en une minute : {count} ({share}).
                    """
            )
        case .portDown:
            Bilingual(
                "No carrier on {name}.",
                french: "Pas de porteuse sur {name}."
            )
        case .clockStep:
            Bilingual(
                "The clock was set by {delay}: times before and after do not compare.",
                french:
                    "L'horloge a été réglée de {delay} : les heures d'avant et d'après ne se comparent pas."
            )
        case .oneSided:
            Bilingual(
                """
                Connections of mail seen from one side only within an hour: {count} ({share}). What the client sent is \
                missing of {clients}, what the server sent of {limit}.
                """,
                french: """
                    Connexions de messagerie vues d'un seul côté en une heure : {count} ({share}). Il manque à {clients} \
                    ce qu'a envoyé le client, à {limit} ce qu'a envoyé le serveur.
                    """
            )
        case .evicted:
            Bilingual(
                "Connections of mail given up within an hour because the observer had reached its limits: {count}.",
                french: """
                    Connexions de messagerie abandonnées en une heure parce que l'observateur avait atteint ses \
                    limites : {count}.
                    """
            )
        }
    }

    /// A clock that was set by more, in seconds, says nothing more.
    private static let longestStep: Int64 = 1_000_000_000

    /// What stands in the gaps of these texts.
    static func values(of condition: TapCondition) -> TextValues {
        // Recorded events may say anything.
        let count = max(0, condition.count)
        let unseen = min(max(0, condition.clientsUnseen ?? 0), count)
        let step = Int64(clamping: condition.count.magnitude)
        return [
            .what: .text(words(for: condition.kind)),
            .count: .count(Int(clamping: count)),
            .delay: .duration(.seconds(min(step, longestStep))),
            .share: .smallShare(condition.share ?? 0),
            .name: .first(of: condition.ports.map { .wire($0, limit: 32) }),
            .clients: .count(Int(clamping: unseen)),
            .limit: .count(Int(clamping: count &- unseen)),
        ]
    }
}
