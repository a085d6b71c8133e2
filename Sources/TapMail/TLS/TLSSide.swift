/// Who speaks in a TLS connection.
public enum TLSSide: String, Sendable, Codable {
    case client
    case server
}
