import TapWire

/// A person with a mailbox.
struct CompanyUser: Hashable, Sendable {
    /// The name of the account, which is the address.
    var address: String
    /// Where the person works from: an address of the provider at home.
    var home: IPAddress
    /// Where the person is on the way: an address of the mobile provider, in the same country.
    var mobile: IPAddress
    /// True if the person's programs use TLS.
    var usesTLS: Bool
    /// The partners the person writes to.
    var partners: [Int]
}
