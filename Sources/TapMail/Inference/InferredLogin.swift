/// What is supposed of a login inside TLS.
public enum InferredLogin: String, Hashable, Sendable, Codable {
    /// No AUTH was seen.
    case none
    /// AUTH, and the server refused.
    case failed
    /// AUTH, and the server agreed.
    case accepted
}
