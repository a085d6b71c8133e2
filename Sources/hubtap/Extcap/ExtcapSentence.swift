import TapWire

/// Sentences of the language in which a program in Wireshark's extcap folder speaks (extcap(4)).
enum ExtcapSentence {
    /// Who is speaking.
    static let program = make(
        "extcap",
        ["version": HubtapVersion.text, "display": "hubtap mirror ring"]
    )

    /// What the frames of every ring begin with.
    static let ethernet = make(
        "dlt",
        ["number": "\(LinkType.ethernet.rawValue)", "name": "EN10MB", "display": "Ethernet"]
    )

    /// A sentence; what would end a value early is left out of it.
    static func make(_ subject: String, _ values: KeyValuePairs<String, String>) -> String {
        let parts = values.map { key, value in
            let kept = value.unicodeScalars.filter { $0 != "{" && $0 != "}" && $0.value >= 32 }
            return "{\(key)=\(String(String.UnicodeScalarView(kept)))}"
        }
        return subject + " " + parts.joined()
    }
}
