/// Who speaks in a TLS connection.
public enum TLSSide: String, Sendable, Codable {
    case client
    case server

    /// Whom it speaks to.
    var opposite: TLSSide { self == .client ? .server : .client }
}
