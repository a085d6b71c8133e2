/// What narrows an incident within its class, while all that was signalled of it has it in common: its words differ.
enum IncidentAspect: String, Hashable, Sendable, Codable {
    /// Weak settings: ours was the client, and the server is another's.
    case foreignServer
    /// Weak settings: something on the way takes STARTTLS away.
    case strippedSTARTTLS
    /// Weak settings: STARTTLS is offered no more, to whoever was seen.
    case missingSTARTTLS
    /// Weak settings: a certificate has ended.
    case certificate
    /// Weak settings: a certificate ends soon.
    case certificateEnds
    /// Weak settings: passwords cross in clear text on their way to a server of ours.
    case clearText
    /// Weak settings: how the server is set up.
    case weakSettings
    /// Smuggling: a reply, not a command, was put where it does not belong.
    case injectedReply
    /// Smuggling: commands stood in front of TLS, which hides what the server made of them.
    case injectedCommands
    /// Smuggling: the server takes for the end of a message what is none, and nothing stood behind it.
    case oddEnd
    /// Smuggling: both of these, so that several ways were tried, and none was seen to lead anywhere.
    case triedSmuggling
    /// Harvest: clients of a network ask, each for few.
    case harvestingNetwork
    /// Stolen account: its password is guessed, and no login was accepted.
    case guessing
    /// Stolen account: a client guesses passwords of whoever, and no login was accepted.
    case guessingClient
    /// Stolen account: the same, and one login was accepted, of a name that was not seen.
    case guessedByClient
    /// Stolen account: its mailbox is read from new places; nothing is known to be sent.
    case mailbox
    /// Stolen account: its mailbox and others were read whole from one network, as where mailboxes or users have moved.
    case movedMailbox
    /// Stolen account: it sends as it never did; nothing else says that somebody else does it.
    case unusualUse
    /// Infected client: a server, on which a program writes mail.
    case script

    /// What two signals of one incident have in common; nil for nothing.
    func joined(with other: IncidentAspect?) -> IncidentAspect? {
        guard let other else { return nil }
        return self == other ? self : shared(with: other) ?? other.shared(with: self)
    }

    /// What it has in common with one that is named behind it here; nil for nothing.
    private func shared(with other: IncidentAspect) -> IncidentAspect? {
        switch (self, other) {
        case (.guessingClient, .guessedByClient): .guessedByClient
        case (.oddEnd, .injectedCommands), (.oddEnd, .triedSmuggling),
            (.injectedCommands, .triedSmuggling):
            .triedSmuggling
        case (.strippedSTARTTLS, .missingSTARTTLS): .strippedSTARTTLS
        case (.certificate, .certificateEnds): .certificate
        case (.clearText, .weakSettings): .weakSettings
        case (.mailbox, .movedMailbox): .mailbox
        default: nil
        }
    }
}

extension IncidentAspect {
    /// True for what is about ends of messages that are none, alone or among others.
    var isOfEnds: Bool { self == .oddEnd || self == .triedSmuggling }

    /// What it is, without the full stop.
    var verdict: Bilingual {
        switch self {
        case .foreignServer:
            Bilingual(
                "Passwords of yours cross the wire in clear text on their way to {server}: {count}",
                french:
                    "Vos mots de passe passent en clair sur la ligne en route vers {server} : {count}"
            )
        case .clearText:
            Bilingual(
                """
                Passwords of users cross the wire in clear text on their way to {server}: {count} by {clients}, \
                the latest {client}
                """,
                french: """
                    Des mots de passe d'utilisateurs passent en clair sur la ligne en route vers {server} : {count} \
                    par {clients}, le dernier {client}
                    """
            )
        case .strippedSTARTTLS: IncidentTexts.strippedSTARTTLS.verdict
        case .missingSTARTTLS: IncidentTexts.missingSTARTTLS.verdict
        case .certificate: IncidentTexts.certificate.verdict
        case .certificateEnds: IncidentTexts.certificateEnds.verdict
        case .weakSettings: IncidentTexts.weakSettings.verdict
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
        case .injectedCommands:
            Bilingual(
                """
                {client} put commands in front of TLS in sessions with {server}: {count}; TLS hides \
                whether the server obeyed them
                """,
                french: """
                    {client} a mis des commandes devant TLS dans des sessions avec {server} : {count} ; \
                    TLS cache si le serveur leur a obéi
                    """
            )
        case .oddEnd:
            Bilingual(
                """
                {server} takes for the end of a message what is none, so that another can be smuggled \
                behind it: {count}, the latest by {client}, with nothing behind it
                """,
                french: """
                    {server} prend pour la fin d'un message ce qui n'en est pas une, si bien qu'un autre \
                    peut être glissé derrière : {count}, le dernier par {client}, sans rien derrière
                    """
            )
        case .triedSmuggling:
            Bilingual(
                """
                Ways to slip something past {server} are tried: {count}, the latest by {client}; nothing \
                was seen to get through
                """,
                french: """
                    Des moyens de glisser quelque chose à travers {server} sont essayés : {count}, le \
                    dernier par {client} ; rien n'a été vu passer
                    """
            )
        case .harvestingNetwork:
            Bilingual(
                """
                Clients of {network} look for addresses that exist on {server}, it seems, each for a few: \
                {count} by {clients}
                """,
                french: """
                    Des clients de {network} cherchent, semble-t-il, des adresses qui existent sur {server}, \
                    chacun quelques-unes : {count} par {clients}
                    """
            )
        case .guessing:
            Bilingual(
                """
                Somebody guesses the password of {subject} at {server}, it seems: {count} by {clients}, \
                and none of these logins was accepted
                """,
                french: """
                    Quelqu'un cherche, semble-t-il, le mot de passe de {subject} sur {server} : {count} par \
                    {clients}, et aucune de ces authentifications n'a été acceptée
                    """
            )
        case .guessingClient:
            Bilingual(
                "{subject} guesses passwords at {server}, it seems: {count}, and none of its logins was accepted",
                french: """
                    {subject} cherche, semble-t-il, des mots de passe sur {server} : {count}, et aucune de \
                    ses authentifications n'a été acceptée
                    """
            )
        case .guessedByClient:
            Bilingual(
                "{subject} guessed passwords at {server}, it seems, and one of its logins was accepted: {count}",
                french: """
                    {subject} a cherché, semble-t-il, des mots de passe sur {server}, et une de ses \
                    authentifications a été acceptée : {count}
                    """
            )
        case .mailbox:
            Bilingual(
                """
                Somebody else is in the mailbox of {subject} at {server}, it seems: {count} by {clients}, the \
                latest {client}
                """,
                french: """
                    Quelqu'un d'autre semble être dans la boîte de {subject} sur {server} : {count} par \
                    {clients}, le dernier {client}
                    """
            )
        case .movedMailbox:
            Bilingual(
                """
                {client} read the mailbox of {subject} at {server} whole, and others were read whole from {network}, \
                where no login was refused: mailboxes or their users have moved, it seems, or somebody has the \
                passwords of all
                """,
                french: """
                    {client} a lu toute la boîte de {subject} sur {server}, et d'autres ont été lues en entier depuis \
                    {network}, où aucune authentification n'a été refusée : des boîtes ou leurs utilisateurs ont \
                    déménagé, semble-t-il, ou quelqu'un a les mots de passe de toutes
                    """
            )
        case .script:
            Bilingual(
                """
                A program on {subject} writes mail by itself, it seems: {messages} for {domains}
                """,
                french: """
                    Un programme sur {subject} écrit du courrier de lui-même, semble-t-il : {messages} pour \
                    {domains}
                    """
            )
        case .unusualUse:
            Bilingual(
                """
                The account {subject} sends at {server} in a way that is new to it: {messages} by {clients}, \
                the latest {client}
                """,
                french: """
                    Le compte {subject} envoie sur {server} comme il n'en a pas l'habitude : {messages} \
                    par {clients}, le dernier {client}
                    """
            )
        }
    }
}
