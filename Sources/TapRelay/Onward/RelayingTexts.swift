/// The words of the rules that look at how strangers relay.
enum RelayingTexts {
    static let churn = Bilingual(
        "Open relay: {server} accepts strangers' mail with ever new senders",
        french:
            "Relais ouvert : {server} accepte le courrier d'inconnus aux expéditeurs toujours nouveaux"
    )

    static let whyChurn = Bilingual(
        " The latest {count} such messages have {senders} senders, and {share} of the recipients are new.",
        french: """
             Les {count} derniers messages de ce genre ont {senders} expéditeurs, et {share} des destinataires sont nouveaux.
            """
    )

    static let test = Bilingual(
        "Relay test: {client} tries {count} ways to relay through {server}",
        french: "Test de relais : {client} essaie {count} façons de relayer par {server}"
    )

    static let whyTest = Bilingual(
        "{client} ({helo}) asked in these ways, and was answered: {what}.",
        french: "{client} ({helo}) a demandé de ces façons, avec ces réponses : {what}."
    )

    static let hunter = Bilingual(
        "Relay hunter: {server} accepted a message that tells where it is",
        french: "Chasseur de relais : {server} a accepté un message qui dit où il est"
    )

    static let hunterRefused = Bilingual(
        "Relay hunter: {server} refused a message that tells where it is",
        french: "Chasseur de relais : {server} a refusé un message qui dit où il est"
    )

    static let whyHunter = Bilingual(
        " It carries {name} {what}, as those write it who look for open relays and report to themselves.",
        french: """
             Il porte {name} {what}, comme écrivent ceux qui cherchent des relais ouverts et se les signalent à eux-mêmes.
            """
    )

    static let inHelo = Bilingual("in its greeting", french: "dans sa salutation")

    static let inSender = Bilingual("in the sender", french: "dans l'expéditeur")

    static let inRecipient = Bilingual("in the recipient", french: "dans le destinataire")

    static let inSubject = Bilingual("in the subject", french: "dans l'objet")

    static let userName = Bilingual("the name of a user", french: "le nom d'un utilisateur")

    static let inferred = Bilingual(
        "Perhaps an open relay: what strangers bring to {server} under TLS leaves again",
        french:
            "Peut-être un relais ouvert : ce que des inconnus apportent à {server} sous TLS repart"
    )

    static let whyInferred = Bilingual(
        """
        {count} times since {since} a message that a stranger brought under TLS without a login left within a minute or \
        so for a server that had not been called for an hour, the latest from {client} after {delay} to {destination}; \
        each had grown by about {octets}. This is inferred from the lengths of encrypted records.
        """,
        french: """
            {count} fois depuis {since} un message qu'un inconnu a apporté sous TLS sans authentification est reparti en une \
            minute environ vers un serveur qui n'avait pas été appelé depuis une heure, le dernier de {client} après {delay} \
            vers {destination} ; chacun avait grandi d'environ {octets}. Cela se déduit des longueurs des blocs chiffrés.
            """
    )
}
