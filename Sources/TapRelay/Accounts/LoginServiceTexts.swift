/// The catalogue of what is wrong with the service that knows the passwords of a server's users.
enum LoginServiceTexts {
    static let putOff = Bilingual(
        "{server} puts off logins: {count}, of {clients}",
        french:
            "{server} remet des authentifications à plus tard : {count}, pour {clients}"
    )

    static let whyPutOff = Bilingual(
        """
        Within a day {server} put off {count} logins of {clients} (454, 421, SYS/TEMP, UNAVAILABLE), whoever it was, the latest {client}, as \
        a server does that cannot ask whoever knows the passwords, or is at its limits.
        """,
        french: """
            En un jour, {server} a remis à plus tard {count} authentifications de {clients} (454, 421, SYS/TEMP, UNAVAILABLE), quel que soit \
            l'utilisateur, la dernière de {client}, comme un serveur qui ne peut interroger qui connaît les mots de \
            passe, ou qui est à ses limites.
            """
    )

    static let closed = Bilingual(
        "Logins fail at {server}: those of {clients} did, and none was seen to be accepted",
        french:
            "Les authentifications échouent sur {server} : celles de {clients}, et aucune n'a été vue acceptée"
    )

    static let whyClosed = Bilingual(
        """
        Within an hour the logins of {clients}, all from where users log in, failed at {server}, the latest {client}, \
        and none was accepted in between: rather than all passwords, what checks them seems to be out of order.
        """,
        french: """
            En une heure, les authentifications de {clients}, tous venant d'où des utilisateurs se connectent, ont \
            échoué sur {server}, la dernière de {client}, et aucune n'a été acceptée entre-temps : plutôt que tous les \
            mots de passe, c'est ce qui les vérifie qui semble en panne.
            """
    )

    static let advice = Bilingual(
        """
        Passwords most likely need no change. Look whether the service that {server} asks is up and answers (Dovecot: doveadm auth \
        test USER; Cyrus: testsaslauthd; Postfix names it in smtpd_sasl_type and smtpd_sasl_path), whether it reaches its \
        LDAP directory or database, and whether it is at its limit of processes or connections.
        """,
        french: """
            Il n'y a sans doute pas de mot de passe à changer. Regardez si le service que {server} interroge tourne et répond \
            (Dovecot : doveadm auth test USER ; Cyrus : testsaslauthd ; Postfix le nomme dans smtpd_sasl_type et \
            smtpd_sasl_path), s'il atteint son annuaire LDAP ou sa base de données, et s'il est à sa limite de processus \
            ou de connexions.
            """
    )
}
