import TapWire

/// Mail of a host of ours to one recipient that was put off.
struct DeferredMail: Hashable, Sendable, Codable {
    /// Our host.
    var host: IPAddress
    /// The recipient's domain, cut.
    var domain: String
    /// When it was put off first.
    var first: Timestamp
    /// When it was put off last.
    var last: Timestamp
    /// How often it was tried.
    var tries: Int
}
