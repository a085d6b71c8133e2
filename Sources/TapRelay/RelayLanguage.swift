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
        var digits = String(number.magnitude)[...]
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.append(digits.suffix(3))
            digits = digits.dropLast(3)
        }
        groups.append(digits)
        return (number < 0 ? "-" : "") + groups.reversed().joined(separator: groupSeparator)
    }
}
