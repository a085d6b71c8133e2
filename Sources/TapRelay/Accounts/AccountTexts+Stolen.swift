/// Why an account is taken to be stolen.
extension AccountTexts {
    static let whyManyPlaces = Bilingual(
        """
        {account} sent from {networks} in {regions} within an hour that it was not known to \
        use; the latest is that of {client}. One person is seldom in so many places.
        """,
        french: """
            {account} a envoyé depuis {networks} de {regions} en une heure qu'on ne lui \
            connaissait pas ; le dernier est celui de {client}. Une personne est rarement à tant d'endroits.
            """
    )

    static let whyNewPlaces = Bilingual(
        """
        {account} sends from networks that are new to it, to people it is not known to write to: now {client}, {addresses}, \
        of {recipients}. In all {networks} within the last hour.
        """,
        french: """
            {account} envoie depuis des réseaux nouveaux pour lui, à des gens à qui on ne l'a pas vu écrire : maintenant \
            {client}, {addresses}, parmi {recipients}. En tout {networks} dans la dernière heure.
            """
    )

    static let whyManyCountries = Bilingual(
        """
        {account} sent from {countries} ({what}) within an hour, by {networks} that it was not known to use; the latest is \
        that of {client}. One person is seldom in so many places.
        """,
        french: """
            {account} a envoyé de {countries} ({what}) en une heure, par {networks} qu'on ne lui connaissait pas ; le dernier \
            est celui de {client}. Une personne est rarement à tant d'endroits.
            """
    )

    static let whyManyParts = Bilingual(
        """
        {account} sent within an hour from {countries} ({what}), and from {regions} of which no table tells, by {networks} \
        that it was not known to use; the latest is that of {client}. One person is seldom in so many places.
        """,
        french: """
            {account} a envoyé en une heure de {countries} ({what}), et de {regions} qu'aucune table ne situe, par \
            {networks} qu'on ne lui connaissait pas ; le dernier est celui de {client}. Une personne est rarement à tant \
            d'endroits.
            """
    )

    static let whyManyOperators = Bilingual(
        """
        {account} sent within an hour by {operators}, of blocks of addresses that lie far apart, by {networks} that it was \
        not known to use; the latest is that of {client}. One person is seldom with so many.
        """,
        french: """
            {account} a envoyé en une heure par {operators}, dont les blocs d'adresses sont éloignés, par {networks} qu'on \
            ne lui connaissait pas ; le dernier est celui de {client}. Une personne est rarement chez tant d'opérateurs.
            """
    )

    static let whyTooFast = Bilingual(
        """
        {account} sent from {here} at {earlier} and from {there} at {lately}, at least {distance} km apart: {speed} km/h. Such \
        leaps since {since}: {count}.
        """,
        french: """
            {account} a envoyé de {here} à {earlier} et de {there} à {lately}, distants d'au moins {distance} km : {speed} km/h. \
            De tels bonds depuis {since} : {count}.
            """
    )

    /// The same behind another reason.
    static let tooFastToo = Bilingual(
        """
         It sent from {here} at {earlier} and from {there} at {lately}, at least {distance} km apart: {speed} km/h. Such \
        leaps since {since}: {count}.
        """,
        french: """
             Il a envoyé de {here} à {earlier} et de {there} à {lately}, distants d'au moins {distance} km : {speed} km/h. De \
            tels bonds depuis {since} : {count}.
            """
    )

    static let byTables = Bilingual(
        " Where addresses are is what tables say that were made on {made}.",
        french: " Les adresses sont situées d'après des tables faites le {made}."
    )

    static let oldTables = Bilingual(
        " They are older than a year, and addresses change hands.",
        french: " Elles ont plus d'un an, et des adresses changent de mains."
    )

    static let perhapsOwner = Bilingual(
        " Nothing else came from a new network within the hour: it may be the owner again, from where he is not known.",
        french:
            " Rien d'autre n'est venu d'un réseau nouveau en une heure : c'est peut-être le titulaire lui-même, d'un endroit inconnu."
    )

    static let onlyColleagues = Bilingual(
        " All new people that it wrote to are of the house: it may be the owner on the way, whose telephone changes networks.",
        french: """
             Tous les nouveaux destinataires sont de la maison : c'est peut-être le titulaire en chemin, dont le téléphone \
            change de réseau.
            """
    )

    static let perhapsRoaming = Bilingual(
        """
         It may be the owner on a journey, whose telephone comes by way of its operator at home (roaming), or who uses a \
        tunnel: this message does not go to strangers, as a thief's do, as far as the account is known.
        """,
        french: """
             C'est peut-être le titulaire en voyage, dont le téléphone passe par son opérateur d'origine (itinérance), ou qui \
            utilise un tunnel : ce message ne va pas à des inconnus, comme ceux d'un voleur, autant qu'on connaît le compte.
            """
    )

    static let refusedToo = Bilingual(
        " {share} of the recipients of such mail were refused, as those of an old or foreign list of addresses are.",
        french:
            " {share} des destinataires de ces messages ont été refusés, comme ceux d'une liste d'adresses vieille ou étrangère."
    )
}
