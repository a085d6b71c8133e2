/// The language alerts are written in.
public enum RelayLanguage: String, Sendable, Codable, CaseIterable {
    case english = "en"
    case french = "fr"
}
