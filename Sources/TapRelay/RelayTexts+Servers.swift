extension RelayTexts {
    /// How a message is held in the queue of a server of `family`.
    static func hold(_ family: MailServerFamily) -> Bilingual {
        switch family {
        case .postfix: holdPostfix
        case .exim: holdExim
        case .sendmail: holdSendmail
        case .openSMTPD: holdOpenSMTPD
        case .exchange: holdExchange
        case .unknown: holdUnknown
        }
    }

    /// How a server of `family` stops relaying.
    static func fix(_ family: MailServerFamily) -> Bilingual {
        switch family {
        case .postfix: fixPostfix
        case .exim: fixExim
        case .sendmail: fixSendmail
        case .openSMTPD: fixOpenSMTPD
        case .exchange: fixExchange
        case .unknown: fixUnknown
        }
    }

    private static let holdPostfix = Bilingual(
        "Stop this message on the server: postsuper -h {queue}. ",
        french: "Retenez ce message sur le serveur : postsuper -h {queue}. "
    )

    private static let holdExim = Bilingual(
        "Stop this message on the server: exim -Mf {queue}. ",
        french: "Retenez ce message sur le serveur : exim -Mf {queue}. "
    )

    private static let holdSendmail = Bilingual(
        "Stop this message on the server: sendmail -Qrelay -qI{queue}. ",
        french: "Retenez ce message sur le serveur : sendmail -Qrelay -qI{queue}. "
    )

    private static let holdOpenSMTPD = Bilingual(
        "Stop this message on the server: smtpctl pause envelope {queue}. ",
        french: "Retenez ce message sur le serveur : smtpctl pause envelope {queue}. "
    )

    private static let holdExchange = Bilingual(
        "Stop what waits on the server: Get-Queue, then Suspend-Message. ",
        french: "Retenez ce qui attend sur le serveur : Get-Queue, puis Suspend-Message. "
    )

    private static let holdUnknown = Bilingual(
        "Stop the message in the server's queue (id {queue}). ",
        french: "Retenez le message dans la file du serveur (identifiant {queue}). "
    )

    private static let fixPostfix = Bilingual(
        """
        Look at: postconf smtpd_relay_restrictions mynetworks relay_domains mydestination. \
        smtpd_relay_restrictions should be "permit_mynetworks, permit_sasl_authenticated, \
        defer_unauth_destination", and mynetworks must name your own machines only: never \
        0.0.0.0/0, and not the gateway's address if strangers come through it. Then: postfix reload.
        """,
        french: """
            Regardez : postconf smtpd_relay_restrictions mynetworks relay_domains mydestination. \
            smtpd_relay_restrictions doit être "permit_mynetworks, permit_sasl_authenticated, \
            defer_unauth_destination", et mynetworks ne doit nommer que vos propres machines : jamais \
            0.0.0.0/0, ni l'adresse de la passerelle si des inconnus passent par elle. Puis : postfix \
            reload.
            """
    )

    private static let fixExim = Bilingual(
        """
        Look at the lists relay_from_hosts and relay_to_domains in Exim's configuration (Debian: \
        dc_relay_nets and dc_relay_domains in /etc/exim4/update-exim4.conf.conf) and at the RCPT \
        ACL, which must hold "require message = relay not permitted, domains = +local_domains : \
        +relay_to_domains". exim -bh {client} plays a session from this client without sending \
        anything.
        """,
        french: """
            Regardez les listes relay_from_hosts et relay_to_domains dans la configuration d'Exim \
            (Debian : dc_relay_nets et dc_relay_domains dans /etc/exim4/update-exim4.conf.conf) et \
            l'ACL de RCPT, qui doit contenir "require message = relay not permitted, domains = \
            +local_domains : +relay_to_domains". exim -bh {client} joue une session de ce client sans \
            rien envoyer.
            """
    )

    private static let fixSendmail = Bilingual(
        """
        Look in sendmail.mc for FEATURE(promiscuous_relay), FEATURE(relay_local_from), \
        FEATURE(relay_mail_from), FEATURE(relay_entire_domain) and FEATURE(relay_based_on_MX) and \
        take out what you do not need; check /etc/mail/access and \
        /etc/mail/relay-domains for entries that are too wide. Rebuild sendmail.cf and restart.
        """,
        french: """
            Cherchez dans sendmail.mc FEATURE(promiscuous_relay), FEATURE(relay_local_from), \
            FEATURE(relay_mail_from), FEATURE(relay_entire_domain) et FEATURE(relay_based_on_MX) et \
            retirez ce dont vous n'avez pas besoin ; vérifiez dans \
            /etc/mail/access et /etc/mail/relay-domains les entrées trop larges. Refaites sendmail.cf \
            et redémarrez.
            """
    )

    private static let fixOpenSMTPD = Bilingual(
        """
        Look in /etc/mail/smtpd.conf for "match from any for any action": relaying for everybody \
        needs "match from any auth for any action". Check with smtpd -n, then restart smtpd.
        """,
        french: """
            Cherchez dans /etc/mail/smtpd.conf "match from any for any action" : relayer pour tous \
            demande "match from any auth for any action". Vérifiez avec smtpd -n, puis redémarrez smtpd.
            """
    )

    private static let fixExchange = Bilingual(
        """
        Look for the right to relay of anonymous clients: Get-ReceiveConnector | Get-ADPermission \
        -User "NT AUTHORITY\\ANONYMOUS LOGON" | Where-Object ExtendedRights -like \
        "*Any-Recipient*", and narrow RemoteIPRanges of that connector or take the right away with \
        Remove-ADPermission.
        """,
        french: """
            Cherchez le droit de relayer des clients anonymes : Get-ReceiveConnector | Get-ADPermission \
            -User "NT AUTHORITY\\ANONYMOUS LOGON" | Where-Object ExtendedRights -like \
            "*Any-Recipient*", et restreignez RemoteIPRanges de ce connecteur ou retirez le droit avec \
            Remove-ADPermission.
            """
    )

    private static let fixUnknown = Bilingual(
        """
        Let the server relay only for clients that have logged in and for your own addresses, and \
        refuse every other recipient that is not in your own domains.
        """,
        french: """
            Ne laissez le serveur relayer que pour les clients authentifiés et pour vos propres \
            adresses, et refusez tout autre destinataire qui n'est pas dans vos domaines.
            """
    )
}
