/// A place in a message that a server might take for its end, and what stood behind it.
struct OddEnd: Sendable {
    /// Octets of the message before it.
    var octets: UInt64
    /// The octets that look like an end.
    var terminator: [UInt8]
    /// What came behind it, to be read again if the server took it for the end.
    var tail: [UInt8]
}
