/// The catalogue of the rules of accounts, in every language.
enum AccountTexts {
    // One line each.

    static let clearText = Bilingual(
        "Password in clear text: {account} logged in to {server} without TLS",
        french: "Mot de passe en clair : {account} s'est authentifié sur {server} sans TLS"
    )

    static let flapping = Bilingual(
        "Logins of {account} at {server} fail and succeed in turns",
        french:
            "Les authentifications de {account} sur {server} échouent et réussissent tour à tour"
    )

    static let deferred = Bilingual(
        "{server} put off logins of {account} {times}",
        french: "{server} a remis à plus tard {times} des authentifications de {account}"
    )

    static let guessing = Bilingual(
        "Somebody guesses the password of {account} at {server}, it seems",
        french: "Quelqu'un cherche, semble-t-il, le mot de passe de {account} sur {server}"
    )

    static let found = Bilingual(
        "The password of {account} at {server} was guessed, it seems: {client} is in",
        french: "Le mot de passe de {account} sur {server} semble trouvé : {client} est entré"
    )

    static let clientGuessing = Bilingual(
        "{client} guesses passwords at {server}, it seems",
        french: "{client} cherche, semble-t-il, des mots de passe sur {server}"
    )

    static let clientFound = Bilingual(
        "{client} guessed passwords at {server}, it seems, and one was accepted",
        french:
            "{client} a cherché, semble-t-il, des mots de passe sur {server}, et l'un a été accepté"
    )

    /// What it is, without the full stop, where the account is known.
    static let entered = Bilingual(
        "{subject} guessed passwords at {server}, it seems, and was let in as {account}: {count}",
        french: """
            {subject} a cherché, semble-t-il, des mots de passe sur {server} et est entré comme {account} : {count}
            """
    )

    static let harvest = Bilingual(
        "{client} looks for addresses that exist at {server}, it seems",
        french: "{client} cherche, semble-t-il, des adresses qui existent sur {server}"
    )

    static let harvestByNetwork = Bilingual(
        "Clients of {network} look for addresses that exist at {server}, it seems",
        french:
            "Des clients de {network} cherchent, semble-t-il, des adresses qui existent sur {server}"
    )

    static let stolen = Bilingual(
        "{account} is used by somebody else at {server}, it seems",
        french: "{account} semble utilisé par quelqu'un d'autre sur {server}"
    )

    static let spoofing = Bilingual(
        "{account} sends in the name of many others through {server}",
        french: "{account} envoie au nom de beaucoup d'autres par {server}"
    )

    static let volume = Bilingual(
        "{account} writes to {count} recipients in an hour through {server}",
        french: "{account} écrit à {count} destinataires en une heure par {server}"
    )

    static let theft = Bilingual(
        "The mailbox of {account} at {server} is read from a new place",
        french: "La boîte de {account} sur {server} est lue depuis un nouvel endroit"
    )

    static let theftOpened = Bilingual(
        "The mailbox of {account} at {server} is opened from new places",
        french: "La boîte de {account} sur {server} est ouverte depuis de nouveaux endroits"
    )

    static let whySpoofing = Bilingual(
        """
        {client} is logged in as {account} and now sends as {sender}: one of {count} foreign senders within an \
        hour that this account was not known to use.
        """,
        french: """
            {client} est authentifié comme {account} et envoie maintenant comme {sender} : un de {count} \
            expéditeurs étrangers en une heure qu'on ne connaissait pas à ce compte.
            """
    )

    static let moreSenders = Bilingual("more than {limit}", french: "plus de {limit}")

    static let whyVolume = Bilingual(
        """
        {account} has written to {count} recipients in this hour. In 99 of 100 hours of its last month there were {limit} \
        or fewer, and less than half as many were usual at this hour of the week.
        """,
        french: """
            {account} a écrit à {count} destinataires dans cette heure. Dans 99 heures sur 100 de son dernier mois il y \
            en avait {limit} ou moins, et moins de la moitié était d'usage à cette heure de la semaine.
            """
    )

    static let whyReadFromPlaces = Bilingual(
        "{account} logged in from {networks} within an hour that it was not known to use; the latest is that of {client}.",
        french: """
            {account} s'est authentifié depuis {networks} en une heure qu'on ne lui connaissait pas ; le dernier est \
            celui de {client}.
            """
    )

    static let whyReadWhole = Bilingual(
        """
        {client}, from a network that was not known to log in as {account}, read {messages} in one session, more \
        than any session known before.
        """,
        french: """
            {client}, depuis un réseau qu'on ne connaissait pas à {account}, a lu {messages} en une session, plus \
            qu'aucune session connue auparavant.
            """
    )

    static let whyReadAll = Bilingual(
        """
        {client}, from a network that was not known to log in as {account}, read all {count} messages of the mailbox in \
        one session, more than any session known before.
        """,
        french: """
            {client}, depuis un réseau qu'on ne connaissait pas à {account}, a lu les {count} messages de la boîte, tous, \
            en une session, plus qu'aucune session connue auparavant.
            """
    )

    static let perhapsMoved = Bilingual(
        """
         Other mailboxes were read whole from {network} today, and no login from there was refused: mailboxes are being \
        moved, or their users have a new network; or somebody has the passwords of all of them.
        """,
        french: """
             D'autres boîtes ont été lues en entier depuis {network} aujourd'hui, et aucune authentification n'y a été \
            refusée : des boîtes sont déplacées, ou leurs utilisateurs ont un nouveau réseau ; ou quelqu'un a les mots de \
            passe de toutes.
            """
    )

    /// What becomes of what was told of the first mailboxes.
    static let movedBefore = Bilingual(
        " What was told before of {name} is taken for no worse than this, and is a warning now.",
        french:
            " Ce qui a été dit auparavant de {name} n'est pas tenu pour pire, et n'est plus qu'un avertissement."
    )

    static let whyClearText = Bilingual(
        """
        {client} logged in as {account} by {mechanism} without TLS. Whoever can read this wire, as this tap can, could \
        read the password; hubtap does not keep it.
        """,
        french: """
            {client} s'est authentifié comme {account} par {mechanism} sans TLS. Quiconque peut lire cette ligne, \
            comme cette sonde, a pu lire le mot de passe ; hubtap ne le garde pas.
            """
    )

    static let whyFlapping = Bilingual(
        """
        Within a day the answers to the logins of {account}, from where the account is at home, changed {count} \
        times between accepted and refused.
        """,
        french: """
            En un jour, les réponses aux authentifications de {account}, depuis ses endroits habituels, ont changé \
            {count} fois entre acceptée et refusée.
            """
    )

    static let whyDeferred = Bilingual(
        """
        Within a day {server} put off {count} of {account} (454, 421, SYS/TEMP, UNAVAILABLE), as a server does that cannot ask whoever \
        knows the passwords, or is at its limits.
        """,
        french: """
            En un jour, {server} a remis à plus tard {count} de {account} (454, 421, SYS/TEMP, UNAVAILABLE), comme un serveur \
            qui ne peut interroger qui connaît les mots de passe, ou qui est à ses limites.
            """
    )

    static let whyGuessing = Bilingual(
        """
        {count} logins as {account} were refused within a day, from networks that were not known to log in as this \
        user. The latest came from {client}.
        """,
        french: """
            {count} authentifications de {account} ont été refusées en un jour, depuis des réseaux qu'on ne \
            connaissait pas à cet utilisateur. La dernière venait de {client}.
            """
    )

    static let whyFound = Bilingual(
        """
        {count} logins as {account} were refused within a day. Now {client} was accepted, from a network that was \
        not known to log in as this user.
        """,
        french: """
            {count} authentifications de {account} ont été refusées en un jour. Maintenant {client} a été accepté, \
            depuis un réseau qu'on ne connaissait pas à cet utilisateur.
            """
    )

    static let whyClientGuessing = Bilingual(
        "{count} logins of {client} were refused within a day; nobody of its network is known to have logged in here.",
        french: """
            {count} authentifications de {client} ont été refusées en un jour ; on n'a vu personne de son réseau \
            s'authentifier ici.
            """
    )

    static let whyClientFound = Bilingual(
        """
        {count} logins of {client} were refused within a day, and then one was accepted inside TLS, where the \
        user's name cannot be seen.
        """,
        french: """
            {count} authentifications de {client} ont été refusées en un jour, puis l'une a été acceptée sous TLS, où \
            le nom de l'utilisateur ne se voit pas.
            """
    )

    static let whyUnnamedFound = Bilingual(
        """
        {count} logins of {client} were refused within a day, and then one was accepted of which no name was seen.
        """,
        french: """
            {count} authentifications de {client} ont été refusées en un jour, puis l'une a été acceptée, dont \
            aucun nom n'a été vu.
            """
    )

    static let whySprayed = Bilingual(
        """
        {count} logins of {client}, of one user or another, were refused within a day. Now it was accepted as {account}, \
        from a network that was not known to log in as this user.
        """,
        french: """
            {count} authentifications de {client}, comme l'un ou l'autre utilisateur, ont été refusées en un jour. \
            Maintenant il a été accepté comme {account}, depuis un réseau qu'on ne connaissait pas à cet utilisateur.
            """
    )

    static let whyHarvest = Bilingual(
        """
        {client} ({helo}) asked for recipients that {server} does not know, {count} of them in this session: \
        {recipients}. An honest sender's list holds few such addresses.
        """,
        french: """
            {client} ({helo}) a demandé des destinataires que {server} ne connaît pas, {count} dans cette session : \
            {recipients}. La liste d'un expéditeur honnête contient peu de telles adresses.
            """
    )

    static let whyHarvestByNetwork = Bilingual(
        """
        Within {period} at least {count} recipients that {server} does not know were asked for by {clients} of {network}, of \
        each a few. The latest, {client} ({helo}), asked for {recipients}.
        """,
        french: """
            En {period} au moins {count} destinataires que {server} ne connaît pas ont été demandés par {clients} de {network}, \
            à chaque fois quelques-uns. Le dernier, {client} ({helo}), a demandé {recipients}.
            """
    )
}
