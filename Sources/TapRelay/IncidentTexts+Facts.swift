import TapWire

extension IncidentTexts {
    /// What is said of the client's name, in brackets; nothing where its protocol has none, or it is not known to lack.
    static func helo(of scene: IncidentScene) -> Phrase {
        if let helo = scene.helo {
            return .text(inBrackets, [.what: .text(RelayTexts.namedHelo, [.helo: .name(helo)])])
        }
        guard scene.hasHelo ?? false else { return .plain("") }
        let reason = scene.isEncrypted ? hiddenHelo : RelayTexts.unnamedHelo
        return .text(inBrackets, [.what: .text(reason)])
    }

    /// A client with what is known of it, in brackets behind its address.
    static func client(_ address: IPAddress, known: [Phrase]) -> Phrase {
        guard !known.isEmpty else { return .plain(address.description) }
        return .text(
            knownClient,
            [.client: .plain(address.description), .what: .list(known, total: known.count)]
        )
    }

    private static let knownClient = Bilingual("{client} ({what})", french: "{client} ({what})")

    /// How many there were in all, where no sender was shown.
    static let crowdOfClients = Bilingual(
        "In all there were {clients}.",
        french: "En tout il y a eu {clients}."
    )

    /// That the commands do not name all, and what does.
    static let unnamedMessages = Bilingual(
        "Not named here, nor in the commands below: {messages}. List what waits in the queue: {what}",
        french: """
            Non nommés ici ni dans les commandes ci-dessous : {messages}. Lister ce qui attend dans la \
            file : {what}
            """
    )

    static let repliesKept = Bilingual(
        "The server's reply to each, with its id: hubtap mail --outcome accepted --count 100000 --json",
        french:
            "La réponse du serveur à chacun, avec son nom : hubtap mail --outcome accepted --count 100000 --json"
    )

    private static let inBrackets = Bilingual(" ({what})", french: " ({what})")

    private static let hiddenHelo = Bilingual(
        "TLS hides its name",
        french: "TLS cache son nom"
    )
}
