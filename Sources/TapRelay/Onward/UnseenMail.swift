import TapWire

/// A message that a stranger brought under TLS, as far as the lengths of the records tell.
struct UnseenMail: Hashable, Sendable, Codable {
    /// How many octets of the client's name are kept.
    static let nameLimit = 40

    /// When the server took it.
    var time: Timestamp
    /// Who brought it.
    var client: IPAddress
    /// Its octets.
    var octets: Int64
    /// Recipients that the server took; nil where an earlier hubtap noted it.
    var recipients: Int?
    /// The name that the client gave before TLS, cut; nil if it gave none there.
    var helo: String?
    /// Where the client is; nil if no table tells.
    var place: Place?
}
