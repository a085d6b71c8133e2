extension IncidentAspect {
    /// What to do next at a server of `family`.
    func advice(for family: MailServerFamily) -> Bilingual {
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
        case .clearText:
            Bilingual(
                """
                Let {server} offer logins inside TLS only (Postfix: smtpd_tls_auth_only = yes; Dovecot: \
                disable_plaintext_auth = yes, from 2.4 on auth_allow_cleartext = no), set the programs of those \
                users to TLS, then change the passwords that were shown.
                """,
                french: """
                    Ne faites offrir par {server} l'authentification que sous TLS (Postfix : smtpd_tls_auth_only = \
                    yes ; Dovecot : disable_plaintext_auth = yes, depuis 2.4 auth_allow_cleartext = no), réglez TLS \
                    dans les programmes de ces utilisateurs, puis changez les mots de passe montrés.
                    """
            )
        case .strippedSTARTTLS: IncidentTexts.strippedSTARTTLS.advice
        case .missingSTARTTLS: IncidentTexts.missingSTARTTLS.advice
        case .certificate: IncidentTexts.certificate.advice
        case .certificateEnds: IncidentTexts.certificateEnds.advice
        case .script: OutboundTexts.adviceScript(family)
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
                See that {server} throws away what it has read before TLS (Postfix does from 2.8 \
                on), and find out whether {client} itself sends this or something on the way.
                """,
                french: """
                    Vérifiez que {server} jette ce qu'il a lu avant TLS (Postfix le fait depuis \
                    2.8), et cherchez si {client} envoie cela lui-même ou quelque chose en \
                    chemin.
                    """
            )
        case .oddEnd, .triedSmuggling:
            Bilingual(
                "A client of yours that ends its mail so is an old program: look at {client}.",
                french: """
                    Un client à vous qui termine ainsi son courrier est un vieux programme : regardez {client}.
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
                mailbox. If not, change the password, end all sessions (Dovecot: doveadm kick USER), and look for rules that forward \
                the mail; what was read is known to somebody else.
                """,
                french: """
                    Demandez au propriétaire de {subject} si {client} est à lui : un nouvel appareil, un \
                    voyage, un déplacement de la boîte. Sinon, changez le mot de passe, fermez toutes les \
                    sessions (Dovecot : doveadm kick USER), et cherchez des règles de renvoi ; ce qui a été lu est connu d'un autre.
                    """
            )
        case .movedMailbox:
            Bilingual(
                """
                Nothing needs doing if mailboxes of {server} are being moved by {client}, or {network} is a new network of \
                their users. If it is neither, change the passwords of all mailboxes that were read from there, and end \
                their sessions (Dovecot: doveadm kick USER).
                """,
                french: """
                    Rien à faire si des boîtes de {server} sont déplacées par {client}, ou si {network} est un nouveau \
                    réseau de leurs utilisateurs. Sinon, changez les mots de passe de toutes les boîtes lues depuis là et \
                    fermez leurs sessions (Dovecot : doveadm kick USER).
                    """
            )
        case .unusualUse:
            Bilingual(
                """
                Ask the owner of {subject} over another way than mail. If it was not them, lock the \
                account, end its sessions (Dovecot: doveadm kick USER), hold its mail in the queue, and change the password.
                """,
                french: """
                    Demandez au propriétaire de {subject} par une autre voie que le courrier. Si ce \
                    n'était pas lui, bloquez le compte, terminez ses sessions (Dovecot : doveadm kick USER), retenez ses messages dans \
                    la file, et changez le mot de passe.
                    """
            )
        }
    }
}
