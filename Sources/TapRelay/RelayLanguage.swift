/// The language alerts are written in.
public enum RelayLanguage: String, Sendable, Codable, CaseIterable {
    case english = "en"
    case french = "fr"
}

extension RelayLanguage {
    /// What stands before decimals.
    var decimalPoint: String {
        switch self {
        case .english: "."
        case .french: ","
        }
    }

    /// What stands between groups of three digits: in French a space that neither breaks nor widens.
    private var groupSeparator: String {
        switch self {
        case .english: ","
        case .french: "\u{202F}"
        }
    }

    /// A number as it stands in a sentence: `1,090`.
    func number(_ number: some BinaryInteger) -> String {
        let digits = String(number.magnitude)
        var text = number < 0 ? "-" : ""
        // By octets: digits are all ASCII.
        var rest = digits.utf8.count
        for digit in digits.unicodeScalars {
            text.unicodeScalars.append(digit)
            rest -= 1
            if rest > 0, rest.isMultiple(of: 3) { text += groupSeparator }
        }
        return text
    }
}
