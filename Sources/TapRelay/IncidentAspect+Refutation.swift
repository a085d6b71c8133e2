extension IncidentAspect {
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
        case .clearText:
            Bilingual(
                "It is none if what was sent are no passwords that open anything: accounts of a test.",
                french: """
                    Ce n'en est pas si ce qui a été envoyé n'ouvre rien : des comptes d'essai.
                    """
            )
        case .strippedSTARTTLS: IncidentTexts.strippedSTARTTLS.refutation
        case .missingSTARTTLS: IncidentTexts.missingSTARTTLS.refutation
        case .certificate, .certificateEnds: IncidentTexts.certificate.refutation
        case .script:
            Bilingual(
                """
                It is none if a newsletter, a list or a program of yours writes to new people, or if those who hand \
                the mail in are not seen by the tap (webmail on the same host, another network card).
                """,
                french: """
                    Ce n'en est pas si une lettre d'information, une liste ou un programme à vous écrit à de nouveaux \
                    destinataires, ou si la sonde ne voit pas ceux qui déposent le courrier (webmail sur la même \
                    machine, une autre carte réseau).
                    """
            )
        case .weakSettings: IncidentTexts.weakSettings.refutation
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
        case .injectedCommands:
            Bilingual(
                """
                It is none if the server had agreed to STARTTLS before and the tap has seen its reply \
                too late: look at the evidence.
                """,
                french: """
                    Ce n'en est pas si le serveur avait accepté STARTTLS avant et que la sonde a vu sa \
                    réponse trop tard : regardez les preuves.
                    """
            )
        case .oddEnd, .triedSmuggling:
            Bilingual(
                "It is none if the octets were changed on their way: compare both sides of the tap.",
                french: """
                    Ce n'en est pas si les octets ont été changés en chemin : comparez les deux côtés de \
                    la sonde.
                    """
            )
        case .harvestingNetwork: IncidentTexts.refute(.harvest)
        case .guessing:
            Bilingual(
                "It is none if the owner of {subject} tried an old password from a new place.",
                french: """
                    Ce n'en est pas si le propriétaire de {subject} a essayé un ancien mot de passe \
                    depuis un nouvel endroit.
                    """
            )
        case .guessingClient, .guessedByClient:
            Bilingual(
                "It is none if {subject} is a device of your users with an old password.",
                french: """
                    Ce n'en est pas si {subject} est un appareil de vos utilisateurs avec un ancien mot \
                    de passe.
                    """
            )
        case .mailbox, .movedMailbox:
            Bilingual(
                "It is none if the owner of {subject} says that these logins were their own.",
                french: """
                    Ce n'en est pas un si le propriétaire de {subject} dit que ces connexions sont les \
                    siennes.
                    """
            )
        case .unusualUse:
            Bilingual(
                "It is none if the owner of {subject} says that this mail was their own.",
                french: """
                    Ce n'en est pas si le propriétaire de {subject} dit que ces messages sont les siens.
                    """
            )
        }
    }
}
