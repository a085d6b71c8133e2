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
}
