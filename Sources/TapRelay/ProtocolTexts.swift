/// The catalogue of the rules on the protocol itself: ends of data, STARTTLS, evasion.
enum ProtocolTexts {
    static let smuggled = Bilingual(
        "SMTP smuggling: {server} took a second message out of the text of another",
        french: "SMTP smuggling : {server} a pris un second message dans le texte d'un autre"
    )

    static let oddEnd = Bilingual(
        "{server} took {what} for the end of a message",
        french: "{server} a pris {what} pour la fin d'un message"
    )

    static let whyOddEnd = Bilingual(
        """
        {client} sent {octets} and then "{what}", which is no end of data (that is "\\r\\n.\\r\\n"), and {server} \
        answered as if it were one: "{reply}". Behind it stood {size}.
        """,
        french: """
            {client} a envoyé {octets} puis "{what}", qui n'est pas une fin de données (c'est "\\r\\n.\\r\\n"), et \
            {server} a répondu comme si c'en était une : "{reply}". Il y avait {size} derrière.
            """
    )

    static let commandsBehind = Bilingual(
        " They were taken for commands: {form}.",
        french: " Ils ont été pris pour des commandes : {form}."
    )

    /// How a server of `family` is taught what ends a message.
    static func adviceOddEnd(_ family: MailServerFamily) -> Bilingual {
        switch family {
        case .postfix: oddEndPostfix
        case .exim: oddEndExim
        case .sendmail: oddEndSendmail
        case .openSMTPD, .exchange, .unknown: oddEndOther
        }
    }

    private static let oddEndPostfix = Bilingual(
        """
        In main.cf set smtpd_forbid_bare_newline = normalize: Postfix 3.5.24, 3.6.14, 3.7.10, 3.8.5 and later know it, and \
        from 3.9 on it is the default. An older one: smtpd_data_restrictions = reject_unauth_pipelining and \
        smtpd_discard_ehlo_keywords = chunking.
        """,
        french: """
            Dans main.cf, réglez smtpd_forbid_bare_newline = normalize : Postfix 3.5.24, 3.6.14, 3.7.10, 3.8.5 et plus \
            récents le connaissent, et depuis 3.9 c'est la valeur par défaut. Avec un plus ancien : smtpd_data_restrictions = \
            reject_unauth_pipelining et smtpd_discard_ehlo_keywords = chunking.
            """
    )

    private static let oddEndExim = Bilingual(
        "Update Exim to 4.97.1 or later.",
        french: "Mettez Exim à jour : 4.97.1 ou plus récent."
    )

    private static let oddEndSendmail = Bilingual(
        "Update Sendmail to 8.18.1 or later and leave srv_features at its defaults.",
        french:
            "Mettez Sendmail à jour : 8.18.1 ou plus récent, et laissez srv_features à ses valeurs par défaut."
    )

    private static let oddEndOther = Bilingual(
        "Update {server}, or let it refuse line ends other than CRLF.",
        french: "Mettez {server} à jour, ou faites-lui refuser les fins de ligne autres que CRLF."
    )

    static let injectedCommands = Bilingual(
        "STARTTLS injection: {client} put commands in front of TLS",
        french: "Injection STARTTLS : {client} a mis des commandes devant TLS"
    )

    static let injectedReply = Bilingual(
        "STARTTLS injection: a reply of {server} stood in front of TLS",
        french: "Injection STARTTLS : une réponse de {server} se trouvait devant TLS"
    )

    static let whyCommands = Bilingual(
        """
        Behind STARTTLS, before {server} agreed, {client} sent {octets} in the clear: {form}. A server that \
        keeps them takes them for a part of the protected session, as if its user had sent them.
        """,
        french: """
            Derrière STARTTLS, avant l'accord de {server}, {client} a envoyé {octets} en clair : {form}. Un \
            serveur qui les garde les prend pour une partie de la session protégée, comme si son utilisateur les \
            avait envoyés.
            """
    )

    static let whyReply = Bilingual(
        """
        Behind the 220 to STARTTLS, before {client} had said anything, came one more reply in the clear: "{reply}". A \
        client that keeps it takes it for the first reply inside TLS.
        """,
        french: """
            Derrière le 220 à STARTTLS, avant que {client} ait dit quoi que ce soit, est venue une réponse de plus en \
            clair : "{reply}". Un client qui la garde la prend pour la première réponse dans TLS.
            """
    )

    static let adviceCommands = Bilingual(
        """
        Make sure that {server} throws away what it has read before TLS (Postfix does from 2.8 on). \
        Somebody between the two may have put this in; look at where {client} is.
        """,
        french: """
            Vérifiez que {server} jette ce qu'il a lu avant TLS (Postfix le fait depuis 2.8). \
            Quelqu'un entre les deux a pu l'insérer ; regardez où se trouve {client}.
            """
    )

    static let adviceReply = Bilingual(
        """
        Look for what stands between {client} and {server} and changes what they say. Let clients use TLS from the \
        first octet (port 465) until it is found.
        """,
        french: """
            Cherchez ce qui se trouve entre {client} et {server} et change ce qu'ils disent. D'ici là, faites \
            utiliser TLS dès le premier octet (port 465) aux clients.
            """
    )

    static let injectedReset = Bilingual(
        "A connection of {client} with {server} went on behind a RST that was to end it",
        french:
            "Une connexion de {client} avec {server} a continué derrière un RST qui devait la terminer"
    )

    static let whyReset = Bilingual(
        """
        A RST that the ends had to obey ended it at {last}; since {since} both ends speak on as if there had been none. \
        Such segments are put in to make an observer look away; a device on the way that cuts connections may put them in, too.
        """,
        french: """
            Un RST auquel les extrémités devaient obéir l'a terminée à {last} ; depuis {since} toutes deux continuent \
            comme s'il n'y en avait pas eu. On insère de tels segments pour qu'un observateur regarde ailleurs ; un appareil en \
            chemin qui coupe des connexions peut en insérer aussi.
            """
    )

    static let twoVersions = Bilingual(
        "Two versions of the same octets in a connection of {client} with {server}",
        french: "Deux versions des mêmes octets dans une connexion de {client} avec {server}"
    )

    static let clientEnd = Bilingual("client", french: "client")
    static let serverEnd = Bilingual("server", french: "serveur")

    static let whyTwoVersions = Bilingual(
        """
        The {subject} sent {octets} again, but others: "{what}" counts for the tap, "{reply}" came as well. Which of \
        them the other end took cannot be told. So an observer is made to see another dialogue; a faulty device on the way may do it, too.
        """,
        french: """
            Le {subject} a envoyé {octets} de nouveau, mais d'autres : « {what} » compte pour la sonde, « {reply} » est \
            venu aussi. Ce que l'autre extrémité a pris ne peut se dire. C'est ainsi qu'on montre un autre dialogue à un \
            observateur ; un appareil défectueux en chemin peut le faire aussi.
            """
    )

    static let whyHiddenVersions = Bilingual(
        """
        The {subject} sent {octets} again, but others; they are not shown, for they may be a secret. Which of them \
        the other end took cannot be told. So an observer is made to see another dialogue; a faulty device on the way may do it, too.
        """,
        french: """
            Le {subject} a envoyé {octets} de nouveau, mais d'autres ; ils ne sont pas montrés, car ils peuvent être un \
            secret. Ce que l'autre extrémité a pris ne peut se dire. C'est ainsi qu'on montre un autre dialogue à un \
            observateur ; un appareil défectueux en chemin peut le faire aussi.
            """
    )

    static let oddHopLimit = Bilingual(
        "The later ones had another time to live than that end's segments have: another may have put them in.",
        french:
            "Les derniers avaient une autre durée de vie que les segments de cette extrémité : un autre a pu les insérer."
    )

    static let oddCutting = Bilingual(
        "{client} spoke before the greeting of {server}, in small segments out of turn or overlapping",
        french:
            "{client} a parlé avant l'accueil de {server}, en petits segments désordonnés ou qui se recouvrent"
    )

    static let whyOddCutting = Bilingual(
        """
        It did not wait for the greeting, and {count} of its segments, of 8 octets or less, came out of turn or overlapped \
        those before them: neither a network, a network card nor a hand at the keyboard cuts like that; who wants \
        the tap to read another dialogue than the server does.
        """,
        french: """
            Il n'a pas attendu l'accueil, et {count} de ses segments, de 8 octets ou moins, sont arrivés dans le désordre \
            ou recouvraient les précédents : ni un réseau, ni une carte réseau, ni une main au clavier ne découpent ainsi ; \
            qui veut que la sonde lise un autre dialogue que le serveur le fait.
            """
    )

    static let adviceEvasion = Bilingual(
        "Keep the frames (hubtap dump --alert) and look at what follows with care; find out what sends as {client}.",
        french: """
            Gardez les trames (hubtap dump --alert) et regardez la suite avec soin ; trouvez ce qui émet en tant que {client}.
            """
    )
}
