/// What to do about a program that writes mail on a mail or web server.
extension OutboundTexts {
    /// How it is found on a server of `family`, and its mail held there.
    static func adviceScript(_ family: MailServerFamily) -> Bilingual {
        switch family {
        case .postfix: scriptPostfix
        case .exim: scriptExim
        case .sendmail: scriptSendmail
        case .openSMTPD: scriptOpenSMTPD
        case .exchange, .unknown: scriptOther
        }
    }

    private static let scriptPostfix = Bilingual(
        """
        Find the program on {serverAddress}: postqueue -p lists what waits, and postcat -hq ID shows its header, where PHP \
        names the script (X-PHP-Originating-Script, with mail.add_x_header). In the mail log the line "pickup" with the same \
        ID has the uid of who wrote it: that of the web server means a page or form, whose access log tells which at that \
        minute. Hold its mail (postsuper -h ID), update or close the application, look for files that are new, and change \
        the passwords it knew.
        """,
        french: """
            Trouvez le programme sur {serverAddress} : postqueue -p montre ce qui attend, et postcat -hq ID son en-tête, où \
            PHP nomme le script (X-PHP-Originating-Script, avec mail.add_x_header). Dans le journal du courrier, la ligne \
            "pickup" du même ID donne l'uid de qui l'a écrit : celui du serveur web veut dire une page ou un formulaire, et \
            son journal d'accès dit lequel à cette minute. Retenez ses messages (postsuper -h ID), mettez l'application à \
            jour ou fermez-la, cherchez les nouveaux fichiers, et changez les mots de passe qu'elle connaissait.
            """
    )

    private static let scriptExim = Bilingual(
        """
        Find the program on {serverAddress}: exim -bp lists what waits, and exim -Mvh ID shows its header, where PHP names \
        the script (X-PHP-Originating-Script, with mail.add_x_header). In the main log the line "<=" with the same ID has the \
        user who wrote it behind "U=": that of the web server means a page or form, whose access log tells which at that \
        minute. Hold its mail (exim -Mf ID), update or close the application, look for files that are new, and change the \
        passwords it knew.
        """,
        french: """
            Trouvez le programme sur {serverAddress} : exim -bp montre ce qui attend, et exim -Mvh ID son en-tête, où PHP \
            nomme le script (X-PHP-Originating-Script, avec mail.add_x_header). Dans le journal principal, la ligne "<=" du \
            même ID donne derrière "U=" l'utilisateur qui l'a écrit : celui du serveur web veut dire une page ou un \
            formulaire, et son journal d'accès dit lequel à cette minute. Retenez ses messages (exim -Mf ID), mettez \
            l'application à jour ou fermez-la, cherchez les nouveaux fichiers, et changez les mots de passe qu'elle \
            connaissait.
            """
    )

    private static let scriptSendmail = Bilingual(
        """
        Find the program on {serverAddress}: mailq lists what waits, and the file qfID in the queue holds its header, where \
        PHP names the script (X-PHP-Originating-Script, with mail.add_x_header). In the mail log "ctladdr=" or \
        "relay=USER@localhost" with the same ID names the user who wrote it: that of the web server means a page or form, \
        whose access log tells which at that minute. Hold its mail (sendmail -Qscript -qIID), update or close the \
        application, look for files that are new, and change the passwords it knew.
        """,
        french: """
            Trouvez le programme sur {serverAddress} : mailq montre ce qui attend, et le fichier qfID de la file contient \
            son en-tête, où PHP nomme le script (X-PHP-Originating-Script, avec mail.add_x_header). Dans le journal du \
            courrier, "ctladdr=" ou "relay=USER@localhost" du même ID nomme l'utilisateur qui l'a écrit : celui du serveur \
            web veut dire une page ou un formulaire, et son journal d'accès dit lequel à cette minute. Retenez ses messages \
            (sendmail -Qscript -qIID), mettez l'application à jour ou fermez-la, cherchez les nouveaux fichiers, et changez \
            les mots de passe qu'elle connaissait.
            """
    )

    private static let scriptOpenSMTPD = Bilingual(
        """
        Find the program on {serverAddress}: smtpctl show queue lists what waits, and smtpctl show message ID shows it with \
        its header, where PHP names the script (X-PHP-Originating-Script, with mail.add_x_header) and Received the user who \
        wrote it: that of the web server means a page or form, whose access log tells which at that minute. Hold its mail \
        (smtpctl pause envelope ID), update or close the application, look for files that are new, and change the passwords \
        it knew.
        """,
        french: """
            Trouvez le programme sur {serverAddress} : smtpctl show queue montre ce qui attend, et smtpctl show message ID \
            le message et son en-tête, où PHP nomme le script (X-PHP-Originating-Script, avec mail.add_x_header) et Received \
            l'utilisateur qui l'a écrit : celui du serveur web veut dire une page ou un formulaire, et son journal d'accès \
            dit lequel à cette minute. Retenez ses messages (smtpctl pause envelope ID), mettez l'application à jour ou \
            fermez-la, cherchez les nouveaux fichiers, et changez les mots de passe qu'elle connaissait.
            """
    )

    private static let scriptOther = Bilingual(
        """
        Find the program on {serverAddress}: the header of a message that waits in its queue names the script where PHP \
        writes it (X-PHP-Originating-Script, with mail.add_x_header), and its mail log names the user who handed in each \
        queue id: the uid of the web server means a page or form, whose access log tells which at that minute. Hold its \
        mail in the queue, update or close the application, look for files that are new, and change the passwords it knew.
        """,
        french: """
            Trouvez le programme sur {serverAddress} : l'en-tête d'un message qui attend dans sa file nomme le script là où \
            PHP l'écrit (X-PHP-Originating-Script, avec mail.add_x_header), et son journal du courrier nomme l'utilisateur \
            qui a déposé chaque identifiant de file : l'uid du serveur web veut dire une page ou un formulaire, et son \
            journal d'accès dit lequel à cette minute. Retenez ses messages dans la file, mettez l'application à jour ou \
            fermez-la, cherchez les nouveaux fichiers, et changez les mots de passe qu'elle connaissait.
            """
    )
}
