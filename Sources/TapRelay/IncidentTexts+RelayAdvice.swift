/// What to do about a server that relays, or seems to, and what would refute that.
extension IncidentTexts {
    /// What to do about a server that relays before what is for its software; nil where the class says it.
    static func relayAdvice(_ standing: RelayStanding, isPutRight: Bool) -> Bilingual? {
        switch (standing, isPutRight) {
        case (.returned, true), (.keeping, true): nothingRemains
        case (_, true): remains
        case (.keeping, false): keepingAdvice
        case (.returned, false): OnwardTexts.adviceFormReturned
        case (.oddForm, false):
            Bilingual(
                """
                Hold what of it waits in the queue, and let the server refuse such addresses.
                """,
                french: """
                    Retenez ce qui en attend dans la file, et faites refuser de telles adresses par le \
                    serveur.
                    """
            )
        case (.open, false), (.likely, false), (.inferred, false), (.provenForm, false),
            (.natBlinded, false):
            nil
        }
    }

    private static let remains = Bilingual(
        """
        It refuses now. What remains: hold the strangers' mail that still waits in the queue, look at \
        it and remove it; see whether {serverAddress} stands on block lists by now and ask to be taken \
        off; and check that nothing else is open: hubtap relaytest {serverAddress}.
        """,
        french: """
            Il refuse désormais. Ce qui reste : retenez le courrier des inconnus qui attend encore dans \
            la file, regardez-le et supprimez-le ; voyez si {serverAddress} est entre-temps sur des listes \
            noires et demandez à en être retiré ; et vérifiez que rien d'autre n'est ouvert : hubtap \
            relaytest {serverAddress}.
            """
    )

    private static let nothingRemains = Bilingual(
        """
        It refuses now. Check that nothing else is open: hubtap relaytest {serverAddress}.
        """,
        french: """
            Il refuse désormais. Vérifiez que rien d'autre n'est ouvert : hubtap relaytest {serverAddress}.
            """
    )

    private static let keepingAdvice = Bilingual(
        """
        If {server} is to take mail for anybody and keep it (a catch-all, a honeypot), nothing needs \
        doing. If not, close it.
        """,
        french: """
            Si {server} doit prendre le courrier de tous et le garder (un fourre-tout, un pot de miel), \
            il n'y a rien à faire. Sinon, fermez-le.
            """
    )

    /// What would refute what is known of a server that relays.
    static func relayRefutation(_ standing: RelayStanding) -> Bilingual {
        switch standing {
        case .keeping:
            Bilingual(
                """
                It is an open relay after all if what it sends goes another way than past hubtap.
                """,
                french: """
                    C'est pourtant un relais ouvert si ce qu'il envoie prend un autre chemin que devant \
                    hubtap.
                    """
            )
        case .returned:
            Bilingual(
                "It is a relay after all if such a message is seen to leave for where its address leads.",
                french: """
                    C'est pourtant un relais si un tel message est vu partir vers là où mène son adresse.
                    """
            )
        case .open, .likely, .inferred, .oddForm, .provenForm, .natBlinded: refute(.openRelay)
        }
    }
}
