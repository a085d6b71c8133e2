/// The catalogue of what is wrong with the service that knows the passwords of a server's users.
enum LoginServiceTexts {
    static let putOff = Bilingual(
        "{server} cannot answer logins: it put off {count}, of {clients}",
        french:
            "{server} ne peut pas répondre aux authentifications : {count} remises à plus tard, pour {clients}"
    )

    static let whyPutOff = Bilingual(
        """
        Within a day {server} put off {count} logins of {clients}, whoever it was, the latest {client}: it \
        cannot ask whoever knows the passwords, or is at its limits.
        """,
        french: """
            En un jour, {server} a remis à plus tard {count} authentifications de {clients}, quel que soit \
            l'utilisateur, la dernière de {client} : il ne peut interroger qui connaît les mots de passe, ou il est à \
            ses limites.
            """
    )

    static let closed = Bilingual(
        "Nobody gets in at {server}: the logins of {clients} failed, and none was accepted",
        french:
            "Personne n'entre sur {server} : les authentifications de {clients} ont échoué, et aucune n'a été acceptée"
    )

    static let whyClosed = Bilingual(
        """
        Within an hour the logins of {clients}, all from where users log in, failed at {server}, the latest {client}, \
        and none was accepted in between: rather than all passwords, what checks them is out of order.
        """,
        french: """
            En une heure, les authentifications de {clients}, tous venant d'où des utilisateurs se connectent, ont \
            échoué sur {server}, la dernière de {client}, et aucune n'a été acceptée entre-temps : plutôt que tous les \
            mots de passe, c'est ce qui les vérifie qui est en panne.
            """
    )

    static let advice = Bilingual(
        """
        Passwords need no change. Look whether the service that {server} asks is up and answers (Dovecot: doveadm auth \
        test USER; Cyrus: testsaslauthd; Postfix names it in smtpd_sasl_type and smtpd_sasl_path), whether it reaches its \
        LDAP directory or database, and whether it is at its limit of processes or connections.
        """,
        french: """
            Il n'y a pas de mot de passe à changer. Regardez si le service que {server} interroge tourne et répond \
            (Dovecot : doveadm auth test USER ; Cyrus : testsaslauthd ; Postfix le nomme dans smtpd_sasl_type et \
            smtpd_sasl_path), s'il atteint son annuaire LDAP ou sa base de données, et s'il est à sa limite de processus \
            ou de connexions.
            """
    )
}
