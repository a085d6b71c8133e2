/// What a record carries (RFC 8446 section 5.1, RFC 6520).
package enum TLSContentType: UInt8, Sendable {
    case changeCipherSpec = 20
    case alert = 21
    case handshake = 22
    case applicationData = 23
    case heartbeat = 24
    /// The hello of SSL 2.0, in which old clients offered later versions as well (RFC 5246 appendix E.2). Not a number of
    /// the wire: such a record has no type.
    case version2Hello = 255
}
