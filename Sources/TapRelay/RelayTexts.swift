/// The catalogue: every word an alert of the relay rules is made of, in every language.
///
/// The gaps are filled with text from the wire that was made safe before. Commands in advice hold nothing from the
/// wire but addresses and queue ids, which are checked to be harmless in a shell.
enum RelayTexts {
    // One line each: what happened to whom.

    static let relayed = Bilingual(
        "Open relay: {server} accepted mail from a stranger for a stranger",
        french: "Relais ouvert : {server} a accepté le message d'un inconnu pour un inconnu"
    )

    static let relayedFromNobody = Bilingual(
        "Open relay: {server} accepted mail from nobody for a stranger",
        french: "Relais ouvert : {server} a accepté un message sans expéditeur pour un inconnu"
    )

    static let relayedInRhythm = Bilingual(
        "Open relay: {server} accepts strangers' mail every {period}",
        french: "Relais ouvert : {server} accepte le courrier d'inconnus à {period} d'intervalle"
    )

    static let perhapsRelayed = Bilingual(
        "Perhaps an open relay: {server} accepted mail for a domain that is not in its name",
        french: """
            Peut-être un relais ouvert : {server} a accepté un message pour un domaine qui n'est pas \
            dans son nom
            """
    )

    static let refused = Bilingual(
        "Relay refused: {server} turned away a stranger's mail for a stranger",
        french: "Relais refusé : {server} a repoussé le message d'un inconnu pour un inconnu"
    )

    static let refusedOften = Bilingual(
        "Relay tried again and again: {server} turned away {client} {times}",
        french: "Relais tenté à plusieurs reprises : {server} a repoussé {client} {times}"
    )

    // Why the rule fired.

    static let whyRelayed = Bilingual(
        """
        {client} ({helo}) came from outside, {login}, and sent {octets} from {sender} to strangers: \
        {recipients}. The server took the message: "{final}".
        """,
        french: """
            {client} ({helo}) venait de l'extérieur, {login}, et a envoyé {octets} de {sender} à des \
            inconnus : {recipients}. Le serveur a pris le message : "{final}".
            """
    )

    static let whyPerhapsRelayed = Bilingual(
        """
        {client} ({helo}) {login}, and sent {octets} from {sender} to domains that are not in the \
        server's name: {recipients}. The server took the message: "{final}".
        """,
        french: """
            {client} ({helo}) {login}, et a envoyé {octets} de {sender} à des domaines qui ne sont pas \
            dans le nom du serveur : {recipients}. Le serveur a pris le message : "{final}".
            """
    )

    static let whyRefused = Bilingual(
        """
        {client} ({helo}) came from outside, {login}, and wanted to send mail from {sender} to \
        strangers: {recipients}. Nothing was relayed.
        """,
        french: """
            {client} ({helo}) venait de l'extérieur, {login}, et voulait envoyer un message de {sender} \
            à des inconnus : {recipients}. Rien n'a été relayé.
            """
    )

    static let oftenRefused = Bilingual(
        " It is attempt number {count} of this client, none later than {window} after the one before.",
        french:
            " C'est la tentative numéro {count} de ce client, aucune plus de {window} après la précédente."
    )

    static let rhythm = Bilingual(
        """
         Such mail comes every {period}, give or take {deviation}, {count} times since {since}, as \
        from a machine.
        """,
        french: """
             De tels messages arrivent à {period} d'intervalle, à {deviation} près, {count} fois depuis \
            {since}, comme d'une machine.
            """
    )

    static let namedHelo = Bilingual(
        "calls itself {helo}",
        french: "se nomme {helo}"
    )

    static let unnamedHelo = Bilingual(
        "gave no name",
        french: "n'a pas donné de nom"
    )

    static let noLogin = Bilingual(
        "did not log in",
        french: "ne s'est pas authentifié"
    )

    static let failedLogin = Bilingual(
        "failed to log in",
        french: "n'a pas réussi à s'authentifier"
    )

    static let nobody = Bilingual(
        "nobody (<>)",
        french: "l'expéditeur vide (<>)"
    )

    static let unknownSender = Bilingual(
        "a sender that was not seen",
        french: "quelqu'un qui n'a pas été vu"
    )

    static let oneOctet = Bilingual(
        "1 octet",
        french: "1 octet"
    )

    static let octets = Bilingual(
        "{octets} octets",
        french: "{octets} octets"
    )

    static let unknownSize = Bilingual(
        "a message of unknown size",
        french: "un message de taille inconnue"
    )

    static let recipient = Bilingual(
        "{address} (\"{reply}\")",
        french: "{address} (\"{reply}\")"
    )

    static let moreRecipients = Bilingual(
        " and {count} more",
        french: " et {count} de plus"
    )

    static let ownTest = Bilingual(
        """
         It carries the marks of hubtap's own relay test; if you did not run one, somebody copied \
        them.
        """,
        french: """
             Il porte les marques du test de relais de hubtap ; si vous n'en avez pas lancé, quelqu'un \
            les a copiées.
            """
    )

    static let heldBack = Bilingual(
        " Alerts like it held back since the last one: {held}.",
        french: " Alertes semblables retenues depuis la dernière : {held}."
    )

    // What lowers the confidence.

    static let doubtBesideServers = Bilingual(
        " That the server is yours is concluded: it answers where your configured servers do.",
        french: """
             Que le serveur est le vôtre est une déduction : il répond là où répondent vos serveurs \
            configurés.
            """
    )

    static let doubtAddresses = Bilingual(
        " Which side is yours is concluded from the addresses: the server has one of yours.",
        french: " Quel côté est le vôtre est déduit des adresses : le serveur en a une des vôtres."
    )

    static let doubtServerName = Bilingual(
        " Which side is yours is concluded from the server's name, {server}.",
        french: " Quel côté est le vôtre est déduit du nom du serveur, {server}."
    )

    static let doubtLearned = Bilingual(
        """
         Which side is yours is not configured and was learned from the traffic; set mail.inside or \
        mail.servers to be sure.
        """,
        french: """
             Quel côté est le vôtre n'est pas configuré et a été appris du trafic ; réglez mail.inside \
            ou mail.servers pour en être sûr.
            """
    )

    static let doubtUnclear = Bilingual(
        """
         Which side is yours cannot be told from this traffic: if {serverAddress} is not your \
        server, this is most likely ordinary mail. Set mail.inside or mail.servers to be sure.
        """,
        french: """
             Ce trafic ne dit pas quel côté est le vôtre : si {serverAddress} n'est pas votre serveur, \
            c'est très probablement du courrier ordinaire. Réglez mail.inside ou mail.servers pour en \
            être sûr.
            """
    )

    static let doubtDomains = Bilingual(
        """
         Your domains are not configured; {domain} was guessed from the server's name. Set \
        mail.domains to be sure; until then each other domain is told once a day.
        """,
        french: """
             Vos domaines ne sont pas configurés ; {domain} a été deviné du nom du serveur. Réglez \
            mail.domains pour en être sûr ; d'ici là chaque autre domaine est signalé une fois par jour.
            """
    )

    static let doubtLearnedDomains = Bilingual(
        " Your domains are not configured; they were learned from what the server takes and keeps.",
        french: """
             Vos domaines ne sont pas configurés ; ils ont été appris de ce que le serveur prend et \
            garde.
            """
    )

    static let doubtCandidate = Bilingual(
        """
         {domain} may be yours, or one that the server takes mail for: it is too new to tell. If it \
        is, add it to mail.domains.
        """,
        french: """
             {domain} est peut-être à vous, ou un domaine pour lequel le serveur prend du courrier : il \
            est trop récent pour le dire. Si c'est le cas, ajoutez-le à mail.domains.
            """
    )

    static let doubtIncomplete = Bilingual(
        " Part of the session was not seen.",
        french: " Une partie de la session n'a pas été vue."
    )

    // What to do next.

    static let check = Bilingual(
        " Then ask the server again: hubtap relaytest {serverAddress}.",
        french: " Puis interrogez le serveur de nouveau : hubtap relaytest {serverAddress}."
    )

    static let refute = Bilingual(
        """
         If a recipient's domain is yours after all, add it to mail.domains; if {client} may relay \
        without a login, add it to mail.networks.
        """,
        french: """
             Si le domaine d'un destinataire est pourtant le vôtre, ajoutez-le à mail.domains ; si \
            {client} peut relayer sans authentification, ajoutez-le à mail.networks.
            """
    )

    static let refuteUnclear = Bilingual(
        " Tell hubtap which side is yours with mail.inside or mail.servers, and look again.",
        french: """
             Dites à hubtap quel côté est le vôtre avec mail.inside ou mail.servers, et regardez de \
            nouveau.
            """
    )

    static let adviceRefused = Bilingual(
        """
        Nothing needs doing: the server refused. If {client} is one of yours, it should log in \
        first.
        """,
        french: """
            Rien à faire : le serveur a refusé. Si {client} est à vous, il doit d'abord s'authentifier.
            """
    )

    static let adviceRefusedOften = Bilingual(
        """
        The server holds. If {client} goes on, refuse it at the firewall; if it is one of yours, it \
        should log in first.
        """,
        french: """
            Le serveur tient bon. Si {client} continue, refusez-le au pare-feu ; s'il est à vous, il \
            doit d'abord s'authentifier.
            """
    )

    static let adviceOwnTest = Bilingual(
        "Nothing needs doing if you ran hubtap relaytest.",
        french: "Rien à faire si vous avez lancé hubtap relaytest."
    )
}
