/// The catalogue of the rules on outgoing mail.
enum OutboundTexts {
    static let bot = Bilingual(
        "{serverAddress} sends mail by itself, and is not known as a mail server",
        french:
            "{serverAddress} envoie du courrier de lui-même et n'est pas connu comme serveur de messagerie"
    )

    static let whyBot = Bilingual(
        """
        {serverAddress} has brought {messages} for {domains} straight to servers outside, the last to \
        {destination}. It is not configured as a mail server, was not seen to take mail from others, and has not sent for long.
        """,
        french: """
            {serverAddress} a présenté {messages} pour {domains} directement à des serveurs extérieurs, \
            le dernier à {destination}. Il n'est pas configuré comme serveur de messagerie, n'a pas été vu prendre du \
            courrier, et n'en envoie que depuis peu.
            """
    )

    static let botCandidate = Bilingual(
        " hubtap has not watched for a week, and no server is configured: it may be a mail server that is not known yet.",
        french: """
             hubtap observe depuis moins d'une semaine et aucun serveur n'est configuré : c'est peut-être un serveur de \
            messagerie qui n'est pas encore connu.
            """
    )

    static let adviceBot = Bilingual(
        """
        Let only mail servers reach port 25 outside, take {serverAddress} off the net and look for what sends. If it \
        may send mail, add it to mail.servers.
        """,
        french: """
            Ne laissez que les serveurs de messagerie joindre le port 25 à l'extérieur, retirez {serverAddress} du \
            réseau et cherchez ce qui envoie. S'il peut envoyer du courrier, ajoutez-le à mail.servers.
            """
    )

    static let script = Bilingual(
        "A program on {server} sends mail to ever new domains, it seems",
        french:
            "Un programme sur {server} envoie, semble-t-il, du courrier à des domaines toujours nouveaux"
    )

    static let whyScript = Bilingual(
        """
        Within ten minutes {serverAddress} sent {count} messages to domains that it had not sent to for a month, at \
        least five times what is usual for it; one at least was refused, the last went to {destination}.
        """,
        french: """
            En dix minutes {serverAddress} a envoyé {count} messages à des domaines auxquels il n'avait rien envoyé \
            depuis un mois, au moins cinq fois plus que d'habitude ; un au moins a été refusé, le dernier est allé à \
            {destination}.
            """
    )

    static let fromNobody = Bilingual(
        " Nobody was seen to hand them in, so that a program on the host itself seems to write them.",
        french:
            " Personne n'a été vu les déposer : un programme sur la machine elle-même semble les écrire."
    )

    static let fromKnownSender = Bilingual(
        """
         Their sender has handed in mail here before, but these were not all seen to be handed in: a program on the host \
        itself may write them under that name, or somebody hands them in where hubtap does not see it (webmail).
        """,
        french: """
             Leur expéditeur a déjà déposé du courrier ici, mais tous ceux-ci n'ont pas été vus déposés : un programme sur \
            la machine elle-même les écrit peut-être sous ce nom, ou quelqu'un les dépose là où hubtap ne le voit pas \
            (webmail).
            """
    )

    static let whyUnread = Bilingual(
        """
        Within an hour {serverAddress} sent {messages} to domains that it had not sent to for a month; one at least was \
        refused, the last went to {destination}. Under TLS, or without a Message-ID, it took mail for no more than \
        {recipients} in that time, so that a program on the host itself seems to write most of them, or somebody hands them \
        in where hubtap does not see it (webmail).
        """,
        french: """
            En une heure {serverAddress} a envoyé {messages} à des domaines auxquels il n'avait rien envoyé depuis un mois ; \
            un au moins a été refusé, le dernier est allé à {destination}. Sous TLS, ou sans Message-ID, il n'a pris dans ce \
            temps du courrier que pour {recipients} au plus : un programme sur la machine elle-même semble en écrire la \
            plupart, ou quelqu'un les dépose là où hubtap ne le voit pas (webmail).
            """
    )

    static let whyHidden = Bilingual(
        """
        Within an hour {serverAddress} sent {messages} of many sizes under TLS to servers that it had not sent to for a \
        month; one at least was refused, the last went to {destination}. It took mail for no more than {recipients} in that \
        time, so that a program on the host itself seems to write most of them, or somebody hands them in where hubtap does \
        not see it (webmail).
        """,
        french: """
            En une heure {serverAddress} a envoyé sous TLS {messages} de tailles diverses à des serveurs auxquels il n'avait \
            rien envoyé depuis un mois ; un au moins a été refusé, le dernier est allé à {destination}. Il n'a pris dans ce \
            temps du courrier que pour {recipients} au plus : un programme sur la machine elle-même semble en écrire la \
            plupart, ou quelqu'un les dépose là où hubtap ne le voit pas (webmail).
            """
    )

    static let perhapsList = Bilingual(
        """
         They are copies of one message or of one list, and the host took mail within a minute before, or within the hour \
        a message that is as large but for a header: it may be a mailing list; else a program on the host itself seems to \
        write them.
        """,
        french: """
             Ce sont des copies d'un seul message ou d'une seule liste, et la machine a pris du courrier dans la minute \
            précédente, ou dans l'heure un message aussi grand, à un en-tête près : c'est peut-être une liste de diffusion ; \
            sinon un programme sur la machine elle-même semble les écrire.
            """
    )

    static let beyondCopies = Bilingual(
        """
         They are copies of mail that the host took within the hour, beyond the first {limit} of an hour to new domains, \
        which do not count here: it may be a large mailing list; else a program on the host itself goes on under its \
        Message-ID.
        """,
        french: """
             Ce sont des copies de courrier que la machine a pris dans l'heure, au-delà des {limit} premières d'une heure \
            vers de nouveaux domaines, qui ne comptent pas ici : c'est peut-être une grande liste de diffusion ; sinon un \
            programme sur la machine elle-même continue sous son Message-ID.
            """
    )

    static let backscatter = Bilingual(
        "Backscatter, it seems: {server} sends bounces to many domains outside",
        french: """
            Rétrodiffusion, semble-t-il : {server} envoie des avis de non-remise à beaucoup de domaines extérieurs
            """
    )

    static let whyBackscatter = Bilingual(
        """
        Within an hour {server} sent bounces (<>) to {count} domains outside, to senders of mail that it had taken \
        first; {share} of what it sends are bounces. Where that was spam its senders are made up, and the bounces reach \
        people who sent nothing.
        """,
        french: """
            En une heure {server} a envoyé des avis de non-remise (<>) à {count} domaines extérieurs, à des \
            expéditeurs de courrier qu'il avait d'abord pris ; {share} de ce qu'il envoie en sont. Si c'était du spam, ses \
            expéditeurs sont inventés, et les avis arrivent chez des gens qui n'ont rien envoyé.
            """
    )

    static let adviceBackscatter = Bilingual(
        """
        Let {server} refuse unknown recipients at RCPT (Postfix: local_recipient_maps, relay_recipient_maps; Exim: verify \
        = recipient) instead of bouncing later.
        """,
        french: """
            Faites refuser les destinataires inconnus par {server} au RCPT (Postfix : local_recipient_maps, \
            relay_recipient_maps ; Exim : verify = recipient) au lieu de renvoyer plus tard.
            """
    )

    static let blocked = Bilingual(
        "{count} servers refuse mail of {server} and speak of a list, a block or its reputation",
        french: """
            {count} serveurs refusent le courrier de {server} et parlent d'une liste, d'un blocage ou de sa réputation
            """
    )

    static let blockedByOne = Bilingual(
        "{destination} refuses mail of {server} and speaks of a list, a block or its reputation",
        french: """
            {destination} refuse le courrier de {server} et parle d'une liste, d'un blocage ou de sa réputation
            """
    )

    static let whyBlocked = Bilingual(
        "{destination} said to {serverAddress}: \"{reply}\".",
        french: "{destination} a dit à {serverAddress} : \"{reply}\"."
    )

    static let blockedList = Bilingual(
        " It names {name}.",
        french: " Il nomme {name}."
    )

    static let adviceBlocked = Bilingual(
        """
        First look for what {server} has sent that others complain of, and stop it; other alerts of it may say what. Then \
        ask to be taken off the list.
        """,
        french: """
            Cherchez d'abord ce que {server} a envoyé dont d'autres se plaignent, et arrêtez-le ; d'autres alertes de ce \
            serveur disent peut-être quoi. Demandez ensuite à être retiré de la liste.
            """
    )

    static let delist = Bilingual(
        " The page to do so: {what}",
        french: " La page pour le faire : {what}"
    )

    static let refusals = Bilingual(
        "Much mail of {server} is refused or put off: {share} within the hour",
        french:
            "Beaucoup de courrier de {server} est refusé ou remis à plus tard : {share} en une heure"
    )

    static let whyRefusals = Bilingual(
        """
        Since {since} {count} of {messages} messages of {server} were refused or put off (usually {limit}). The answers: \
        {what}. The last said: "{reply}".
        """,
        french: """
            Depuis {since} {count} messages sur {messages} de {server} ont été refusés ou remis à plus tard (d'habitude \
            {limit}). Les réponses : {what}. Le dernier a dit : "{reply}".
            """
    )

    static let repliesOfDomain = Bilingual(
        "{code} × {count} at {domain}",
        french: "{code} × {count} chez {domain}"
    )

    static let refusalWithoutCode = Bilingual("refused", french: "refus")

    static let adviceRefusals = Bilingual(
        "Look at what {server} sends now and at what the refusals say; other alerts may tell who sends it.",
        french: """
            Regardez ce que {server} envoie maintenant et ce que disent les refus ; d'autres alertes disent peut-être \
            qui l'envoie.
            """
    )

    static let retries = Bilingual(
        "Mail waits on {server}: {addresses}, the oldest for {delay}",
        french: "Du courrier attend sur {server} : {addresses}, le plus ancien depuis {delay}"
    )

    static let whyRetries = Bilingual(
        """
        {server} tries the same mail again and again, the oldest since {since}: {young} for less than 4 hours, {older} for \
        less than a day, {oldest} for longer; most for {domain}.
        """,
        french: """
            {server} essaie encore et encore le même courrier, le plus ancien depuis {since} : {young} depuis moins de \
            4 heures, {older} depuis moins d'un jour, {oldest} depuis plus longtemps ; surtout pour {domain}.
            """
    )

    /// How the queue of a server of `family` is looked at.
    static func adviceRetries(_ family: MailServerFamily?) -> Bilingual {
        switch family {
        case .postfix: retriesPostfix
        case .exim: retriesExim
        case .sendmail, .openSMTPD: retriesSendmail
        case .exchange, .unknown, nil: retriesOther
        }
    }

    private static let retriesPostfix = Bilingual(
        "On {server}: qshape deferred; postqueue -p.",
        french: "Sur {server} : qshape deferred ; postqueue -p."
    )

    private static let retriesExim = Bilingual(
        "On {server}: exim -bp | exiqsumm.",
        french: "Sur {server} : exim -bp | exiqsumm."
    )

    private static let retriesSendmail = Bilingual(
        "On {server}: mailq.",
        french: "Sur {server} : mailq."
    )

    private static let retriesOther = Bilingual(
        "Look at the queue of {server}, and at who put the mail into it.",
        french: "Regardez la file de {server} et qui y a mis le courrier."
    )
}
