import TapMail

/// What the facts about a server are, in words.
extension PostureTexts {
    /// The value of a fact that has changed.
    static func value(_ value: String, of subject: PostureChange.Subject) -> Phrase {
        switch subject {
        case .startTLS, .handshake, .relay:
            let parts = value.split(separator: " ", maxSplits: 1).map(String.init)
            guard let word = parts.first, let text = words(for: word) else { break }
            guard parts.count > 1 else { return .text(text) }
            return .text(valueWithCode, [.what: .text(text), .code: .wire(parts[1], limit: 20)])
        case .mechanisms, .securedMechanisms, .keywords, .securedKeywords:
            if let text = words(for: value) { return .text(text) }
        case .certificate:
            let parts = value.split(separator: " ")
            guard parts.count > 2, parts[parts.count - 2] == "until" else { break }
            let name = parts.dropLast(2).joined(separator: " ")
            return .text(
                certificate,
                [
                    .name: .wire(name, limit: 120),
                    .what: .wire(String(parts[parts.count - 1]), limit: 30),
                ]
            )
        case .version, .cipher, .software: break
        }
        return .wire(value, limit: 160)
    }

    private static func words(for value: String) -> Bilingual? {
        switch value {
        case "none": Bilingual("none", french: "aucun")
        case "offered": Bilingual("offered", french: "offert")
        case "established": Bilingual("established", french: "établi")
        case "refused": Bilingual("refused", french: "refusé")
        case "accepted": Bilingual("accepted", french: "accepté")
        default: nil
        }
    }

    private static let valueWithCode = Bilingual("{what} {code}", french: "{what} {code}")
    private static let certificate = Bilingual(
        "{name} until {what}",
        french: "{name} jusqu'à {what}"
    )
}
