extension IncidentTexts {
    /// What narrows an incident of weak settings, in words: what it is, what to do, what would refute it.
    typealias Words = (verdict: Bilingual, advice: Bilingual, refutation: Bilingual)

    static let strippedSTARTTLS: Words = (
        Bilingual(
            "Something between {client} and {server} takes STARTTLS away, it seems: what does not insist on TLS goes in the clear",
            french:
                "Quelque chose entre {client} et {server} retire STARTTLS, semble-t-il : ce qui n'exige pas TLS passe en clair"
        ),
        PostureTexts.adviceStripped,
        Bilingual(
            "It is none if {server} itself is set to offer less on this side: ask it on its own machine.",
            french: """
                Ce n'en est pas si {server} lui-même est réglé pour offrir moins de ce côté : demandez-le-lui sur sa \
                propre machine.
                """
        )
    )

    static let missingSTARTTLS: Words = (
        Bilingual(
            "{server} has offered STARTTLS and does so no more: mail that does not insist on TLS goes in the clear",
            french:
                "{server} offrait STARTTLS et ne l'offre plus : le courrier qui n'exige pas TLS passe en clair"
        ),
        PostureTexts.adviceGone,
        Bilingual(
            "It is none if somebody switched TLS off at {server} on purpose.",
            french: "Ce n'en est pas si quelqu'un a désactivé TLS exprès sur {server}."
        )
    )

    static let certificate: Words = (
        Bilingual(
            "The certificate of {server} has ended: clients that check it refuse it or warn their users",
            french: """
                Le certificat de {server} a expiré : les clients qui le vérifient le refusent ou avertissent leurs \
                utilisateurs
                """
        ),
        PostureTexts.adviceCertificate,
        Bilingual(
            "It is none if the clock of the tap is wrong.",
            french: "Ce n'en est pas si l'horloge de la sonde est fausse."
        )
    )

    static let certificateEnds: Words = (
        Bilingual(
            "The certificate of {server} ends soon: from then on clients that check it will refuse it or warn their users",
            french: """
                Le certificat de {server} expire bientôt : après cela, les clients qui le vérifient le refuseront ou \
                avertiront leurs utilisateurs
                """
        ),
        PostureTexts.adviceCertificate,
        certificate.refutation
    )

    static let weakSettings: Words = (
        Bilingual(
            "{server} is set weaker than it should be: logins in the clear or left out, or a TLS that is too old",
            french: """
                {server} est réglé plus faiblement qu'il ne devrait : authentification en clair ou omise, ou TLS trop \
                ancien
                """
        ),
        Bilingual(
            """
            Look at hubtap mail --servers, and let {server} demand a login on the port for users, offer AUTH inside TLS \
            only, and refuse versions before TLS 1.2.
            """,
            french: """
                Regardez hubtap mail --servers, et faites exiger par {server} une authentification sur le port des \
                utilisateurs, offrir AUTH dans TLS seulement, et refuser les versions avant TLS 1.2.
                """
        ),
        Bilingual(
            "It is none if {server} is meant to be like that, for clients inside only.",
            french: """
                Ce n'en est pas si {server} est voulu ainsi, pour les seuls clients de l'intérieur.
                """
        )
    )
}
