/// The catalogue of incidents: what they are, what to do, what would refute them, in every language.
package enum IncidentTexts {
    /// From so much confidence on a verdict is told without a word of doubt.
    static let sureFrom = 0.5

    /// What an incident of this class is called.
    package static func name(of kind: IncidentClass) -> Bilingual {
        switch kind {
        case .openRelay: Bilingual("open relay", french: "relais ouvert")
        case .natBlindedRelay:
            Bilingual("relay blinded by NAT", french: "relais aveuglé par le NAT")
        case .stolenAccount: Bilingual("stolen account", french: "compte volé")
        case .infectedClient: Bilingual("infected client", french: "client infecté")
        case .backscatter: Bilingual("backscatter", french: "rétrodiffusion")
        case .harvest: Bilingual("address harvest", french: "récolte d'adresses")
        case .smuggling: Bilingual("smuggling", french: "contrebande SMTP")
        case .relayTest: Bilingual("relay test", french: "test de relais")
        case .weakPosture: Bilingual("weak settings", french: "réglages faibles")
        case .blind: Bilingual("blind tap", french: "sonde aveugle")
        }
    }

    /// What it is, without the full stop: the parts of one sentence.
    static func verdict(of incident: Incident) -> [Bilingual] {
        switch incident.kind {
        case .openRelay, .natBlindedRelay: relayVerdict(of: incident)
        case .stolenAccount: [incident.isOnlyLikely ? perhapsStolenAccount : stolenAccount]
        case .infectedClient: [incident.isOnlyLikely ? perhapsInfectedClient : infectedClient]
        case .backscatter: [backscatter]
        case .harvest: [harvest]
        case .smuggling: [smuggling]
        case .relayTest: [incident.hasSaidYes ?? false ? acceptedTest : relayTest]
        case .weakPosture: [weakPosture]
        case .blind: [blind]
        }
    }

    private static let stolenAccount = Bilingual(
        """
        Somebody else uses the account {subject} on {server}, it seems: {clients}, the latest {client}, \
        and {messages}
        """,
        french: """
            Quelqu'un d'autre utilise le compte {subject} sur {server}, semble-t-il : {clients}, le \
            dernier {client}, et {messages}
            """
    )

    private static let perhapsStolenAccount = Bilingual(
        """
        Perhaps somebody else uses the account {subject} on {server}: {clients}, the latest {client}, and \
        {messages}
        """,
        french: """
            Peut-être quelqu'un d'autre utilise-t-il le compte {subject} sur {server} : {clients}, le \
            dernier {client}, et {messages}
            """
    )

    private static let infectedClient = Bilingual(
        "{subject} sends mail by itself: {messages} for {domains}",
        french: "{subject} envoie du courrier de lui-même : {messages} pour {domains}"
    )

    private static let perhapsInfectedClient = Bilingual(
        """
        {subject} sends mail by itself, and may be a mail server that is not known: {messages} for \
        {domains}
        """,
        french: """
            {subject} envoie du courrier de lui-même, et c'est peut-être un serveur de messagerie qui \
            n'est pas connu : {messages} pour {domains}
            """
    )

    private static let backscatter = Bilingual(
        """
        {server} bounces mail that it has taken to senders outside, who may have sent none: {messages} \
        for {addresses} in {domains}
        """,
        french: """
            {server} renvoie du courrier qu'il a pris à des expéditeurs extérieurs, qui n'en ont \
            peut-être pas envoyé : {messages} pour {addresses} dans {domains}
            """
    )

    private static let harvest = Bilingual(
        "Somebody looks for addresses that exist on {server}, it seems: {count} by {clients}",
        french: """
            Quelqu'un cherche, semble-t-il, des adresses qui existent sur {server} : {count} par \
            {clients}
            """
    )

    private static let smuggling = Bilingual(
        "{client} slipped something past {server}: {count}, and the server went along",
        french:
            "{client} a glissé quelque chose à travers {server} : {count}, et le serveur a suivi"
    )

    private static let relayTest = Bilingual(
        """
        Strangers' mail for strangers was brought to {server}: {count} by {clients}, and the server \
        refused
        """,
        french: """
            Du courrier d'inconnus pour des inconnus a été présenté à {server} : {count} par {clients}, \
            et le serveur a refusé
            """
    )

    private static let acceptedTest = Bilingual(
        """
        Strangers' mail for strangers was brought to {server}: {count} by {clients}, and the server \
        said yes to one recipient at least
        """,
        french: """
            Du courrier d'inconnus pour des inconnus a été présenté à {server} : {count} par {clients}, \
            et le serveur a dit oui à au moins un destinataire
            """
    )

    private static let weakPosture = Bilingual(
        "{server} shows less protection than it should",
        french: "{server} montre moins de protection qu'il ne devrait"
    )

    private static let blind = Bilingual(
        "The tap itself has missed something",
        french: "La sonde elle-même a manqué quelque chose"
    )

    static let shortly = Bilingual("shortly", french: "peu")

    static let unsure = Bilingual("Not sure ({share}): ", french: "Pas sûr ({share}) : ")

    static let turned = Bilingual(
        "It was first taken for \"{what}\" and is \"{subject}\", as {rule} has shown.",
        french: "Pris d'abord pour « {what} », c'est « {subject} », comme {rule} l'a montré."
    )

    // The facts.

    static let who = Bilingual(
        "The latest came from {client}{form}{helo}, {tls}, which {login}.",
        french: "Le dernier venait de {client}{form}{helo}, {tls}, qui {login}."
    )

    static let port = Bilingual(", port {form}", french: ", port {form}")

    static let notYetLeft = Bilingual(
        "None of it was seen to leave so far.",
        french: "Rien n'en a été vu repartir jusqu'ici."
    )

    static let insideTLS = Bilingual("inside {what}", french: "sous {what}")
    static let inClear = Bilingual("in clear text", french: "en clair")

    static let loggedIn = Bilingual(
        "logged in as {account}",
        french: "s'est authentifié en tant que {account}"
    )

    static let loggedInUnnamed = Bilingual(
        "logged in under a name that was not shown",
        french: "s'est authentifié sous un nom qui n'a pas été montré"
    )

    static let unknownLogin = Bilingual(
        "may have logged in unseen",
        french: "s'est peut-être authentifié sans être vu"
    )

    static let triedLogin = Bilingual(
        "tried to log in as {account} ({mechanism}) and was answered {reply}",
        french: "a tenté de s'authentifier en tant que {account} ({mechanism}) et a reçu {reply}"
    )

    static let unnamedAccount = Bilingual("somebody", french: "quelqu'un")
    static let unseenAnswer = Bilingual("unseen", french: "une réponse non vue")

    static let crowd = Bilingual(
        "In all there were {clients} and {senders}.",
        french: "En tout il y a eu {clients} et {senders}."
    )

    static let what = Bilingual(
        "It was {octets} from {sender} for {recipients}.",
        french: "C'était {octets} de {sender} pour {recipients}."
    )

    static let lastWords = Bilingual(
        "The last reply was \"{final}\".",
        french: "La dernière réponse était \"{final}\"."
    )

    static let extent = Bilingual(
        "{count} from {since} to {last}; {messages} with {octets} for {addresses} taken.",
        french:
            "{count} de {since} à {last} ; le serveur a accepté {messages} avec {octets} pour {addresses}."
    )

    /// The same where no message was in it.
    static let span = Bilingual(
        "{count} from {since} to {last}.",
        french: "{count} de {since} à {last}."
    )

    static let pace = Bilingual(
        "In the hour up to the latest there were {lately}, in the hour before {earlier}: {trend}.",
        french: """
            Dans l'heure jusqu'au dernier il y en a eu {lately}, dans l'heure d'avant {earlier} : \
            {trend}.
            """
    )

    /// The same where it is over: it neither grows nor does not.
    static let paceOver = Bilingual(
        "In the hour up to the latest there were {lately}, in the hour before {earlier}.",
        french:
            "Dans l'heure jusqu'au dernier il y en a eu {lately}, dans l'heure d'avant {earlier}."
    )

    /// Whether it becomes more.
    static func trend(_ trend: IncidentPace.Trend) -> Bilingual {
        switch trend {
        case .growing: Bilingual("it grows", french: "cela augmente")
        case .steady: Bilingual("it does not grow", french: "cela n'augmente pas")
        case .falling: Bilingual("it becomes less", french: "cela diminue")
        }
    }

    /// What a quiet one is told with: a day, or more if it comes seldom.
    static let silence = Bilingual(
        "Nothing more of it was seen for {period}.",
        french: "Rien de plus n'en a été vu pendant {period}."
    )

    static let beat = Bilingual(
        """
        It comes every {period}, give or take {deviation}, {count} times since {since}, as by a \
        machine.
        """,
        french: """
            Cela vient à {period} d'intervalle, à {deviation} près, {count} fois depuis {since}, comme \
            d'une machine.
            """
    )

    static let keeping = Bilingual(
        """
        In a day none of them was seen to leave: if hubtap sees all that {server} sends, it keeps \
        what it takes.
        """,
        french: """
            En un jour aucun n'a été vu repartir : si hubtap voit tout ce que {server} envoie, il \
            garde ce qu'il prend.
            """
    )

    // What may be missing.

    static let nothingMissed = Bilingual(
        "Nothing of its sessions is known to be missing.",
        french: "Rien de ses sessions ne manque, pour autant qu'on sache."
    )

    static let missed = Bilingual(
        "Events of which some octets were never seen: {count} of {limit}.",
        french: "Événements dont des octets n'ont jamais été vus : {count} sur {limit}."
    )

    // The titles of the work order's parts.

    static let titleFacts = Bilingual("Facts:", french: "Faits :")
    static let titleReasons = Bilingual(
        "What the rules said:",
        french: "Ce que disent les règles :"
    )
    static let titleFirst = Bilingual("First dialogue:", french: "Premier dialogue :")
    static let titleLatest = Bilingual("Latest dialogue:", french: "Dernier dialogue :")
    static let titleQueue = Bilingual("In the queue:", french: "Dans la file :")
    static let titleHold = Bilingual("Hold:", french: "Retenir :")
    static let titleRemove = Bilingual("Remove:", french: "Supprimer :")
    static let titleAdvice = Bilingual("What to do:", french: "Que faire :")
    static let titleRefute = Bilingual("What would refute it:", french: "Ce qui le réfuterait :")
    static let titleSure = Bilingual("Confidence:", french: "Confiance :")
    static let titleMissed = Bilingual("What may be missing:", french: "Ce qui peut manquer :")
}
