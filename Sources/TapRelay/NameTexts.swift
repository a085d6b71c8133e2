import TapWire

/// The words on what a reverse lookup has said of a client: who owns the address claims it.
enum NameTexts {
    /// A few words for brackets; nil where there is nothing to say.
    static func aside(_ name: ReverseName?) -> Phrase? {
        guard let name, name.isTelling else { return nil }
        return name.name.map { .text(named, [.name: .name($0)]) } ?? .text(unnamed)
    }

    /// A sentence with a space before it; nil where there is nothing to say.
    static func sentence(_ name: ReverseName?) -> (text: Bilingual, values: TextValues)? {
        guard let name, name.isTelling else { return nil }
        let client = Phrase.plain(name.address.description)
        guard let host = name.name else { return (isUnnamed, [.client: client]) }
        return (isNamed, [.client: client, .name: .name(host)])
    }

    private static let named = Bilingual(
        "named {name} by its network",
        french: "nommé {name} par son réseau"
    )

    private static let unnamed = Bilingual("no reverse name", french: "sans nom inverse")

    private static let isNamed = Bilingual(
        " {client} is named {name} by its network.",
        french: " {client} est nommé {name} par son réseau."
    )

    private static let isUnnamed = Bilingual(
        " {client} has no reverse name.",
        french: " {client} n'a pas de nom inverse."
    )
}

extension ReverseName {
    /// False where it says nothing of a host that it has no name: at home most have none.
    fileprivate var isTelling: Bool {
        name != nil || !(address.isPrivate || address.isLoopback || address.isLinkLocal)
    }
}
