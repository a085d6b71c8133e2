/// What narrows an incident within its class, while all that was signalled of it has it in common: its words differ.
enum IncidentAspect: String, Hashable, Sendable, Codable {
    /// Weak settings: ours was the client, and the server is another's.
    case foreignServer
    /// Weak settings: something on the way takes STARTTLS away.
    case strippedSTARTTLS
    /// Weak settings: STARTTLS is offered no more, to whoever was seen.
    case missingSTARTTLS
    /// Weak settings: a certificate has ended or will soon.
    case certificate
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
    /// Stolen account: it sends as it never did; nothing else says that somebody else does it.
    case unusualUse

    /// What two signals of one incident have in common; nil for nothing.
    func joined(with other: IncidentAspect?) -> IncidentAspect? {
        if self == other { return self }
        let both: Set<IncidentAspect?> = [self, other]
        return switch both {
        case [.guessingClient, .guessedByClient]: .guessedByClient
        case [.oddEnd, .injectedCommands], [.oddEnd, .triedSmuggling],
            [.injectedCommands, .triedSmuggling]:
            .triedSmuggling
        case [.strippedSTARTTLS, .missingSTARTTLS]: .strippedSTARTTLS
        default: nil
        }
    }
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
        case .strippedSTARTTLS: IncidentTexts.strippedSTARTTLS.verdict
        case .missingSTARTTLS: IncidentTexts.missingSTARTTLS.verdict
        case .certificate: IncidentTexts.certificate.verdict
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
                Clients of {network} look for addresses that exist on {server}, each for a few: {count} by \
                {clients}
                """,
                french: """
                    Des clients de {network} cherchent des adresses qui existent sur {server}, chacun \
                    quelques-unes : {count} par {clients}
                    """
            )
        case .guessing:
            Bilingual(
                """
                Somebody guesses the password of {subject} at {server}: {count} by {clients}, and no \
                login was accepted
                """,
                french: """
                    Quelqu'un cherche le mot de passe de {subject} sur {server} : {count} par {clients}, \
                    et aucune authentification n'a été acceptée
                    """
            )
        case .guessingClient:
            Bilingual(
                "{subject} guesses passwords at {server}: {count}, and no login was accepted",
                french: """
                    {subject} cherche des mots de passe sur {server} : {count}, et aucune \
                    authentification n'a été acceptée
                    """
            )
        case .guessedByClient:
            Bilingual(
                "{subject} guessed passwords at {server}, and a login was accepted: {count}",
                french: """
                    {subject} a cherché des mots de passe sur {server}, et une authentification a été \
                    acceptée : {count}
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
        case .unusualUse:
            Bilingual(
                """
                The account {subject} sends at {server} as it never did: {messages} by {clients}, the \
                latest {client}
                """,
                french: """
                    Le compte {subject} envoie sur {server} comme il ne l'a jamais fait : {messages} par \
                    {clients}, le dernier {client}
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
        case .strippedSTARTTLS: IncidentTexts.strippedSTARTTLS.advice
        case .missingSTARTTLS: IncidentTexts.missingSTARTTLS.advice
        case .certificate: IncidentTexts.certificate.advice
        case .weakSettings: IncidentTexts.weakSettings.advice
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
        case .injectedCommands:
            Bilingual(
                """
                See that {server} throws away what it has read before TLS (Postfix 2.8.3, Exim 4.70 or \
                later do), and find out whether {client} itself sends this or something on the way.
                """,
                french: """
                    Vérifiez que {server} jette ce qu'il a lu avant TLS (Postfix 2.8.3, Exim 4.70 ou plus \
                    récents le font), et cherchez si {client} envoie cela lui-même ou quelque chose en \
                    chemin.
                    """
            )
        case .oddEnd, .triedSmuggling:
            Bilingual(
                """
                Update {server}, and let it refuse line ends other than CR LF (Postfix: \
                smtpd_forbid_bare_newline = normalize); a client of yours that ends its mail so is an \
                old program.
                """,
                french: """
                    Mettez {server} à jour et faites-lui refuser les fins de ligne autres que CR LF \
                    (Postfix : smtpd_forbid_bare_newline = normalize) ; un client à vous qui termine \
                    ainsi son courrier est un vieux programme.
                    """
            )
        case .harvestingNetwork: AccountTexts.adviceHarvestByNetwork
        case .guessing:
            Bilingual(
                """
                Refuse {client} at the firewall, let {server} slow down or ban who fails often, and \
                see that the password of {subject} is long.
                """,
                french: """
                    Refusez {client} au pare-feu, faites ralentir ou bannir par {server} qui échoue \
                    souvent, et veillez à ce que le mot de passe de {subject} soit long.
                    """
            )
        case .guessingClient:
            Bilingual(
                "Refuse {subject} at the firewall, and let {server} slow down or ban who fails often.",
                french: """
                    Refusez {subject} au pare-feu, et faites ralentir ou bannir par {server} qui échoue \
                    souvent.
                    """
            )
        case .guessedByClient:
            Bilingual(
                """
                Look in the log of {server} for the account that {subject} logged in to, lock it, hold \
                its mail in the queue, and refuse {subject} at the firewall.
                """,
                french: """
                    Cherchez dans le journal de {server} le compte auquel {subject} a accédé, bloquez-le, \
                    retenez ses messages dans la file, et refusez {subject} au pare-feu.
                    """
            )
        case .mailbox:
            Bilingual(
                """
                Ask the owner of {subject} whether {client} is theirs: a new device, a journey, a move of the \
                mailbox. If not, change the password, end all sessions, and look for rules that forward \
                the mail; what was read is known to somebody else.
                """,
                french: """
                    Demandez au propriétaire de {subject} si {client} est à lui : un nouvel appareil, un \
                    voyage, un déplacement de la boîte. Sinon, changez le mot de passe, fermez toutes les \
                    sessions, et cherchez des règles de renvoi ; ce qui a été lu est connu d'un autre.
                    """
            )
        case .unusualUse:
            Bilingual(
                """
                Ask the owner of {subject} over another way than mail. If it was not them, lock the \
                account, end its sessions, hold its mail in the queue, and change the password.
                """,
                french: """
                    Demandez au propriétaire de {subject} par une autre voie que le courrier. Si ce \
                    n'était pas lui, bloquez le compte, terminez ses sessions, retenez ses messages dans \
                    la file, et changez le mot de passe.
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
        case .strippedSTARTTLS: IncidentTexts.strippedSTARTTLS.refutation
        case .missingSTARTTLS: IncidentTexts.missingSTARTTLS.refutation
        case .certificate: IncidentTexts.certificate.refutation
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
        case .mailbox:
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
