/// What to do about what is wrong with accounts.
extension AccountTexts {
    static let adviceClearText = Bilingual(
        """
        Let the server offer AUTH only behind STARTTLS or on ports 465, 993 and 995 (Postfix: smtpd_tls_auth_only = yes; \
        Dovecot: disable_plaintext_auth = yes, from 2.4 on auth_allow_cleartext = no), set the user's program to TLS, then change the password of {account}.
        """,
        french: """
            N'offrez AUTH que derrière STARTTLS ou sur les ports 465, 993 et 995 (Postfix : smtpd_tls_auth_only = yes ; \
            Dovecot : disable_plaintext_auth = yes, depuis 2.4 auth_allow_cleartext = no), réglez TLS dans le programme de l'utilisateur, puis changez le mot \
            de passe de {account}.
            """
    )

    static let adviceFlapping = Bilingual(
        """
        Look in the log of {server} at the answers to {account}: a second device with an old password, an \
        authentication service that times out, or a server that is overloaded, for instance by what it relays.
        """,
        french: """
            Regardez dans le journal de {server} les réponses à {account} : un second appareil avec un ancien mot de \
            passe, un service d'authentification trop lent, ou un serveur surchargé, par exemple par ce qu'il relaie.
            """
    )

    static let adviceGuessing = Bilingual(
        """
        Refuse {client} at the firewall, let the server slow down or ban who fails often (fail2ban, Dovecot \
        auth_policy), and see that the passwords are long.
        """,
        french: """
            Refusez {client} au pare-feu, faites ralentir ou bannir par le serveur qui échoue souvent (fail2ban, \
            auth_policy de Dovecot), et veillez à ce que les mots de passe soient longs.
            """
    )

    static let adviceClientFound = Bilingual(
        """
        Look in the log of {server} for the account that {client} logged in to, lock it or change its password, end its \
        sessions, hold its mail in the queue, and refuse {client} at the firewall. If {client} is a device of a user with an \
        old password, nothing needs doing.
        """,
        french: """
            Cherchez dans le journal de {server} le compte auquel {client} a accédé, bloquez-le ou changez son mot de passe, \
            fermez ses sessions, retenez ses messages dans la file, et refusez {client} au pare-feu. Si {client} est \
            l'appareil d'un utilisateur avec un ancien mot de passe, il n'y a rien à faire.
            """
    )

    /// What to do about a client that guessed and got in, where the account is known.
    static let adviceEntered = Bilingual(
        """
        Lock {account} or change the password now, end the sessions (Dovecot: doveadm kick USER), hold what was sent so in \
        the queue of {server}, refuse {subject} at the firewall, and ask the user over another way than mail. If {subject} \
        is a device of that user with an old password, nothing needs doing.
        """,
        french: """
            Bloquez {account} ou changez le mot de passe maintenant, fermez les sessions (Dovecot : doveadm kick USER), \
            retenez ce qui a été envoyé ainsi dans la file de {server}, refusez {subject} au pare-feu, et demandez à \
            l'utilisateur par une autre voie que le courrier. Si {subject} est un appareil de cet utilisateur avec un \
            ancien mot de passe, il n'y a rien à faire.
            """
    )

    /// The same where no name was seen.
    static let adviceEnteredUnseen = Bilingual(
        """
        The name that {subject} got in by was not seen. Look in the log of {server} for the login that was accepted by port \
        {form} in the session from {since} to {until}, lock that account or change its password, end its sessions (Dovecot: \
        doveadm kick USER), hold its mail in the queue, and refuse {subject} at the firewall. If {subject} is a device of its \
        user with an old password, nothing needs doing.
        """,
        french: """
            Le nom sous lequel {subject} est entré n'a pas été vu. Cherchez dans le journal de {server} l'authentification \
            acceptée par le port {form} dans la session de {since} à {until}, bloquez ce compte ou changez son mot de passe, \
            fermez ses sessions (Dovecot : doveadm kick USER), retenez ses messages dans la file, et refusez {subject} au \
            pare-feu. Si {subject} est un appareil de son utilisateur avec un ancien mot de passe, il n'y a rien à faire.
            """
    )

    static let adviceStolen = Bilingual(
        """
        Lock {account} or change its password now, end its sessions, look at its mail in the queue of {server} and \
        hold it, and ask the user over another way than mail whether it was them. If it was, nothing needs doing.
        """,
        french: """
            Bloquez {account} ou changez son mot de passe maintenant, fermez ses sessions, retenez ses messages dans \
            la file de {server}, et demandez à l'utilisateur, par une autre voie que le courrier, si c'était lui. Si \
            oui, il n'y a rien à faire.
            """
    )

    static let adviceVolume = Bilingual(
        """
        Ask the user of {account}. If it was not them, lock the account, end its sessions, and look at its mail in the \
        queue of {server} and hold it. If it was, nothing needs doing.
        """,
        french: """
            Demandez à l'utilisateur de {account}. Si ce n'était pas lui, bloquez le compte, fermez ses sessions et \
            retenez ses messages dans la file de {server}. Si c'était lui, il n'y a rien à faire.
            """
    )

    static let adviceSpoofing = Bilingual(
        """
        Ask the user of {account}. If these senders are wrong, lock the account, and let {server} accept from each \
        user only its own addresses (Postfix: reject_sender_login_mismatch with smtpd_sender_login_maps).
        """,
        french: """
            Demandez à l'utilisateur de {account}. Si ces expéditeurs sont faux, bloquez le compte, et faites \
            n'accepter par {server} de chaque utilisateur que ses propres adresses (Postfix : \
            reject_sender_login_mismatch avec smtpd_sender_login_maps).
            """
    )

    static let adviceTheft = Bilingual(
        """
        Ask the user of {account} whether a new device or a move of the mailbox explains {client}. If not, change the \
        password, end all sessions, and look for rules that forward the mail.
        """,
        french: """
            Demandez à l'utilisateur de {account} si un nouvel appareil ou un déplacement de la boîte explique \
            {client}. Sinon, changez le mot de passe, fermez toutes les sessions, et cherchez des règles de renvoi.
            """
    )

    static let adviceHarvestByNetwork = Bilingual(
        """
        Refuse {network} at the firewall, or let the server ask its clients to wait (greylisting): limits of a session \
        do not help where each client asks for few. If it is one of yours, its address list is old.
        """,
        french: """
            Refusez {network} au pare-feu, ou faites attendre ses clients par le serveur (greylisting) : les limites par \
            session n'aident pas quand chaque client demande peu. S'il est à vous, sa liste d'adresses est ancienne.
            """
    )

    static let adviceHarvest = Bilingual(
        """
        Limit errors per session (Postfix: smtpd_hard_error_limit; Exim: drop in the RCPT ACL by \
        $rcpt_fail_count) and refuse {client} at the firewall. If it is one of yours, its address list is old.
        """,
        french: """
            Limitez les erreurs par session (Postfix : smtpd_hard_error_limit ; Exim : drop dans l'ACL de RCPT d'après \
            $rcpt_fail_count) et refusez {client} au pare-feu. S'il est à vous, sa liste d'adresses est \
            ancienne.
            """
    )
}
