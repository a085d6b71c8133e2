/// Who speaks in a TLS connection.
package enum TLSSide: Sendable {
    case client
    case server
}
