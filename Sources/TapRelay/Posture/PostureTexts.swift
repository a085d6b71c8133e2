import TapMail

/// The catalogue of the rules on what servers show of themselves.
enum PostureTexts {
    /// One line: what kind of change it is.
    static func signature(of meaning: PostureChange.Meaning) -> Bilingual {
        switch meaning {
        case .fixed:
            Bilingual(
                "Good news: {server} (port {form}) refuses strangers' mail that it accepted before",
                french:
                    "Bonne nouvelle : {server} (port {form}) refuse le courrier d'inconnus qu'il acceptait avant"
            )
        case .strengthened:
            Bilingual(
                "{server} is better protected: {what}",
                french: "{server} est mieux protégé : {what}"
            )
        case .weakened:
            Bilingual(
                "{server} is less protected: {what}",
                french: "{server} est moins protégé : {what}"
            )
        case .changed:
            Bilingual(
                "{server} has changed: {what}",
                french: "{server} a changé : {what}"
            )
        }
    }

    static let shownOutside = Bilingual(
        "To clients outside {server} (port {form}) shows for {what}: \"{reply}\" since {since}; it was \"{name}\", last at {last}.",
        french: """
            Aux clients de l'extérieur {server} (port {form}) montre pour {what} : "{reply}" depuis {since} ; c'était "{name}", la \
            dernière fois à {last}.
            """
    )

    static let shownInside = Bilingual(
        "To clients inside {server} (port {form}) shows for {what}: \"{reply}\" since {since}; it was \"{name}\", last at {last}.",
        french: """
            Aux clients de l'intérieur {server} (port {form}) montre pour {what} : "{reply}" depuis {since} ; c'était "{name}", la \
            dernière fois à {last}.
            """
    )

    /// What to do about a change.
    static func advice(of meaning: PostureChange.Meaning) -> Bilingual {
        switch meaning {
        case .fixed:
            Bilingual(
                """
                The relay itself needs nothing more. What strangers left may still wait in the queue of {server}: hold it, \
                look at it and remove it, and see whether {serverAddress} stands on block lists.
                """,
                french: """
                    Le relais lui-même ne demande plus rien. Ce que des inconnus ont laissé attend peut-être encore dans la \
                    file de {server} : retenez-le, regardez-le et supprimez-le, et voyez si {serverAddress} est sur des listes \
                    noires.
                    """
            )
        case .strengthened: Bilingual("Nothing needs doing.", french: "Rien à faire.")
        case .weakened:
            Bilingual(
                "If nobody changed the configuration of {server}, look for what stands before it.",
                french:
                    "Si personne n'a changé la configuration de {server}, cherchez ce qui se trouve devant lui."
            )
        case .changed:
            Bilingual(
                "Nothing needs doing if somebody changed the configuration of {server}.",
                french: "Rien à faire si quelqu'un a changé la configuration de {server}."
            )
        }
    }

    /// The name of what has changed.
    static func words(for subject: PostureChange.Subject) -> Bilingual {
        switch subject {
        case .startTLS: Bilingual("STARTTLS", french: "STARTTLS")
        case .handshake: Bilingual("TLS", french: "TLS")
        case .mechanisms: Bilingual("AUTH before TLS", french: "AUTH avant TLS")
        case .securedMechanisms: Bilingual("AUTH inside TLS", french: "AUTH dans TLS")
        case .keywords: Bilingual("keywords before TLS", french: "mots-clés avant TLS")
        case .securedKeywords: Bilingual("keywords inside TLS", french: "mots-clés dans TLS")
        case .version: Bilingual("version of TLS", french: "version de TLS")
        case .cipher: Bilingual("cipher suite of TLS", french: "suite de chiffrement de TLS")
        case .certificate: Bilingual("certificate", french: "certificat")
        case .relay:
            Bilingual(
                "a stranger's mail for a stranger",
                french: "le message d'un inconnu pour un inconnu"
            )
        case .software: Bilingual("software", french: "logiciel")
        }
    }

    static let stripped = Bilingual(
        "STARTTLS of {server} was taken away, it seems: mail that does not insist on TLS goes in the clear",
        french:
            "Le STARTTLS de {server} a été retiré, semble-t-il : le courrier qui n'exige pas TLS passe en clair"
    )

    static let missing = Bilingual(
        "{server} offers STARTTLS no more: mail that does not insist on TLS goes in the clear",
        french: "{server} n'offre plus STARTTLS : le courrier qui n'exige pas TLS passe en clair"
    )

    static let offeredOnOtherSide = Bilingual(
        " On the other side of the tap it offers: {name} (last seen at {last}).",
        french: " De l'autre côté de la sonde il offre : {name} (vu la dernière fois à {last})."
    )

    static let offeredBefore = Bilingual(
        " Before, it offered: {name} (last seen at {last}).",
        french: " Avant, il offrait : {name} (vu la dernière fois à {last})."
    )

    static let crossedOut = Bilingual(
        "Among the keywords of {server} (port {form}) that {client} was shown one is crossed out: {what}.",
        french:
            "Parmi les mots-clés de {server} (port {form}) montrés à {client}, un est barré : {what}."
    )

    static let otherSide = Bilingual(
        "{client} was shown {what} by {server} (port {form}), without STARTTLS, which clients on the other side are offered.",
        french: """
            {server} (port {form}) a montré {what} à {client}, sans STARTTLS, qui est offert aux clients de l'autre côté.
            """
    )

    static let gone = Bilingual(
        """
        {client} was shown {what} by {server} (port {form}), without STARTTLS, which it has offered before. A change of \
        its configuration looks the same.
        """,
        french: """
            {server} (port {form}) a montré {what} à {client}, sans STARTTLS, qu'il offrait avant. Un changement de sa \
            configuration a le même aspect.
            """
    )

    static let adviceStripped = Bilingual(
        """
        Look for what stands between and changes SMTP (a firewall's "SMTP fixup", a provider), and switch that off; let \
        servers insist on TLS (MTA-STS, DANE).
        """,
        french: """
            Cherchez ce qui se trouve entre les deux et change SMTP (le "SMTP fixup" d'un pare-feu, un fournisseur) et \
            désactivez-le ; faites exiger TLS par les serveurs (MTA-STS, DANE).
            """
    )

    static let adviceGone = Bilingual(
        "Ask {serverAddress} itself for its keywords; if it offers STARTTLS, something on the way takes it out.",
        french:
            "Demandez ses mots-clés à {serverAddress} lui-même ; s'il offre STARTTLS, quelque chose le retire en chemin."
    )

    static let submission = Bilingual(
        "{server} takes mail of users without a login (port {form})",
        french: "{server} prend le courrier des utilisateurs sans authentification (port {form})"
    )

    static let submissionOffered = Bilingual(
        "{server} offers users no login (port {form})",
        french: "{server} n'offre pas d'authentification aux utilisateurs (port {form})"
    )

    static let whySubmissionOffered = Bilingual(
        " There was neither AUTH nor STARTTLS among the keywords; that it takes their mail was not seen.",
        french: """
             Il n'y avait ni AUTH ni STARTTLS parmi les mots-clés ; qu'il prenne leur courrier n'a pas été vu.
            """
    )

    static let plainLogin = Bilingual(
        "{server} offers logins in the clear ({what})",
        french: "{server} offre l'authentification en clair ({what})"
    )

    static let oldTLS = Bilingual(
        "{server} speaks {what}, which is too old",
        french: "{server} parle {what}, qui est trop ancien"
    )

    static let expired = Bilingual(
        "The certificate of {server} has not been valid since {what}",
        french: "Le certificat de {server} n'est plus valable depuis {what}"
    )

    static let expires = Bilingual(
        "The certificate of {server} ends soon: it is valid until {what}",
        french: "Le certificat de {server} expire bientôt : il est valable jusqu'à {what}"
    )

    static let whyWeak = Bilingual(
        "Seen in the session of {client} with {serverAddress}, port {form}.",
        french: "Vu dans la session de {client} avec {serverAddress}, port {form}."
    )

    static let whyExpired = Bilingual(
        " Clients that check it refuse it or warn their users; many mail servers do not check it.",
        french: """
             Les clients qui le vérifient le refusent ou avertissent leurs utilisateurs ; beaucoup de serveurs de \
            messagerie ne le vérifient pas.
            """
    )

    static let whyExpires = Bilingual(
        " From then on clients that check it will refuse it or warn their users.",
        french:
            " Après cela, les clients qui le vérifient le refuseront ou avertiront leurs utilisateurs."
    )

    /// How a server of `family` is told to demand a login of users.
    static func adviceSubmission(_ family: MailServerFamily) -> Bilingual {
        switch family {
        case .postfix:
            Bilingual(
                """
                In master.cf, under submission only, set \
                -o smtpd_client_restrictions=permit_sasl_authenticated,reject.
                """,
                french: """
                    Dans master.cf, sous submission seulement, réglez \
                    -o smtpd_client_restrictions=permit_sasl_authenticated,reject.
                    """
            )
        case .exim:
            Bilingual(
                """
                In acl_smtp_mail deny where $received_port is 587 and the client is not authenticated \
                (!authenticated = *).
                """,
                french: """
                    Dans acl_smtp_mail, refusez (deny) là où $received_port est 587 et le client n'est pas \
                    authentifié (!authenticated = *).
                    """
            )
        case .sendmail:
            Bilingual(
                """
                In sendmail.mc set DAEMON_OPTIONS(`Port=submission, Name=MSA, M=Ea') and build \
                sendmail.cf anew.
                """,
                french: """
                    Dans sendmail.mc, réglez DAEMON_OPTIONS(`Port=submission, Name=MSA, M=Ea') et refaites \
                    sendmail.cf.
                    """
            )
        case .openSMTPD:
            Bilingual(
                "In smtpd.conf let the port listen with tls-require and auth.",
                french: "Dans smtpd.conf, faites écouter le port avec tls-require et auth."
            )
        case .exchange, .unknown:
            Bilingual(
                "Let {server} demand a login on the port for users.",
                french: """
                    Faites exiger une authentification par {server} sur le port des utilisateurs.
                    """
            )
        }
    }

    /// How a server of `family` is told to offer AUTH inside TLS only.
    static func advicePlainLogin(_ family: MailServerFamily) -> Bilingual {
        switch family {
        case .postfix:
            Bilingual(
                "In main.cf set smtpd_tls_auth_only = yes.",
                french: "Dans main.cf, réglez smtpd_tls_auth_only = yes."
            )
        case .exim:
            Bilingual(
                "Let auth_advertise_hosts be empty where $tls_in_cipher is, and * where it is not.",
                french: """
                    Faites qu'auth_advertise_hosts soit vide là où $tls_in_cipher l'est, et * là où il ne \
                    l'est pas.
                    """
            )
        case .sendmail:
            Bilingual(
                "In sendmail.mc set define(`confAUTH_OPTIONS', `A p y') and build sendmail.cf anew.",
                french: """
                    Dans sendmail.mc, réglez define(`confAUTH_OPTIONS', `A p y') et refaites sendmail.cf.
                    """
            )
        case .openSMTPD:
            Bilingual(
                "In smtpd.conf let the port listen with tls-require beside auth.",
                french: "Dans smtpd.conf, faites écouter le port avec tls-require à côté de auth."
            )
        case .exchange, .unknown:
            Bilingual(
                "Let {server} offer AUTH inside TLS only.",
                french: "Faites offrir AUTH par {server} dans TLS seulement."
            )
        }
    }

    /// How a server of `family` is told to refuse old versions of TLS.
    static func adviceOldTLS(_ family: MailServerFamily) -> Bilingual {
        switch family {
        case .postfix:
            Bilingual(
                "In main.cf set smtpd_tls_protocols and smtpd_tls_mandatory_protocols = >=TLSv1.2 (Postfix 3.6 or later).",
                french: """
                    Dans main.cf, réglez smtpd_tls_protocols et smtpd_tls_mandatory_protocols = >=TLSv1.2 (Postfix 3.6 ou plus récent).
                    """
            )
        case .exim:
            Bilingual(
                """
                Set openssl_options = +no_sslv3 +no_tlsv1 +no_tlsv1_1 (with GnuTLS: tls_require_ciphers = \
                NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2).
                """,
                french: """
                    Réglez openssl_options = +no_sslv3 +no_tlsv1 +no_tlsv1_1 (avec GnuTLS : \
                    tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2).
                    """
            )
        case .sendmail:
            Bilingual(
                """
                In sendmail.mc set define(`confSERVER_SSL_OPTIONS', `+SSL_OP_NO_SSLv3 +SSL_OP_NO_TLSv1 \
                +SSL_OP_NO_TLSv1_1') and build sendmail.cf anew.
                """,
                french: """
                    Dans sendmail.mc, réglez define(`confSERVER_SSL_OPTIONS', `+SSL_OP_NO_SSLv3 \
                    +SSL_OP_NO_TLSv1 +SSL_OP_NO_TLSv1_1') et refaites sendmail.cf.
                    """
            )
        case .openSMTPD, .exchange, .unknown:
            Bilingual(
                "Let {server} refuse versions before TLS 1.2, or update it.",
                french: """
                    Faites refuser les versions avant TLS 1.2 par {server}, ou mettez-le à jour.
                    """
            )
        }
    }

    static let adviceCertificate = Bilingual(
        "Renew the certificate of {server}, and see that the new one is in use.",
        french:
            "Renouvelez le certificat de {server} et vérifiez que le nouveau est utilisé."
    )
}
