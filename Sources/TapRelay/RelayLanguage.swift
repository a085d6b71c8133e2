/// The language alerts are written in.
public enum RelayLanguage: String, Sendable, CaseIterable {
    case english = "en"
    case french = "fr"
}
