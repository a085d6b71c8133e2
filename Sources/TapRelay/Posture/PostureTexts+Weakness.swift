/// What is weak of a server, as it goes on behind the server's name.
extension PostureTexts {
    /// One weakness in words.
    static func words(for weakness: Weakness) -> Phrase {
        .text(
            words(for: weakness.kind),
            [.form: .plain(String(weakness.port)), .what: .wire(weakness.detail, limit: 40)]
        )
    }

    private static func words(for kind: Weakness.Kind) -> Bilingual {
        switch kind {
        case .submissionTaken:
            Bilingual(
                "takes mail without a login on port {form}, which is for users and must ask for one",
                french: """
                    prend du courrier sans authentification sur le port {form}, qui est celui des utilisateurs et doit en \
                    exiger une
                    """
            )
        case .submissionOffered:
            Bilingual(
                "offers users no login on port {form}, which must ask for one",
                french: "n'offre pas d'authentification sur le port {form}, qui doit en exiger une"
            )
        case .plainLogin:
            Bilingual(
                "offers AUTH {what} without TLS (port {form})",
                french: "offre AUTH {what} sans TLS (port {form})"
            )
        case .oldTLS:
            Bilingual("accepts {what} (port {form})", french: "accepte {what} (port {form})")
        case .certificateEnded:
            Bilingual(
                "shows a certificate that has ended (port {form})",
                french: "montre un certificat expiré (port {form})"
            )
        case .certificateEnds:
            Bilingual(
                "shows a certificate that ends soon (port {form})",
                french: "montre un certificat qui expire bientôt (port {form})"
            )
        case .clearText:
            Bilingual(
                "takes passwords in clear text (port {form})",
                french: "accepte des mots de passe en clair (port {form})"
            )
        case .strippedSTARTTLS:
            Bilingual(
                "loses its STARTTLS on the way (port {form})",
                french: "perd son STARTTLS en chemin (port {form})"
            )
        case .missingSTARTTLS:
            Bilingual(
                "offers STARTTLS no more (port {form})",
                french: "n'offre plus STARTTLS (port {form})"
            )
        }
    }

    static let oneWeakness = Bilingual("{server} {what}", french: "{server} {what}")
    static let twoWeaknesses = Bilingual(
        "{server} {what} and {form}",
        french: "{server} {what} et {form}"
    )
    static let threeWeaknesses = Bilingual(
        "{server} {what}, {form} and {name}",
        french: "{server} {what}, {form} et {name}"
    )
    static let moreWeaknesses = Bilingual(
        "{server} {what}, {form}, {name} and {count} more",
        french: "{server} {what}, {form}, {name} et {count} de plus"
    )
}

extension RelayNarrator {
    /// What is weak of a server, by name; nil if the incident is none of several kinds or settings, or an earlier hubtap
    /// kept it.
    func weakVerdict(of incident: Incident, _ values: TextValues) -> String? {
        guard incident.kind == .weakPosture, (incident.aspect ?? .weakSettings) == .weakSettings
        else { return nil }
        let told = (incident.weaknesses ?? []).filter { $0.isLasting(at: incident.last) }
        let named = told.map(PostureTexts.words(for:))
        var values = values
        for (slot, phrase) in zip([.what, .form, .name] as [TextTemplate.Slot], named) {
            values[slot] = phrase
        }
        values[.count] = .count(named.count - 3)
        let text =
            switch named.count {
            case 0: nil as Bilingual?
            case 1: PostureTexts.oneWeakness
            case 2: PostureTexts.twoWeaknesses
            case 3: PostureTexts.threeWeaknesses
            default: PostureTexts.moreWeaknesses
            }
        return text.map { words($0, values) }
    }
}
