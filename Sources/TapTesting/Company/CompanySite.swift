import TapWire

/// A mail server of the company with its people: the main office, or a branch.
struct CompanySite: Hashable, Sendable {
    /// 0 is the main office.
    var number: Int
    var address: IPAddress
    var name: String
    var domains: [String]
    var software: MailServerSoftware
    var users: [CompanyUser]
    /// Mail sessions on a working day.
    var sessionsPerDay: Double
    /// False for a branch where nobody has to log in to send.
    var offersTLS = true
    var offersLogin = true

    /// The main domain.
    var domain: String { domains[0] }

    /// A host inside, beside the server.
    func insideHost(_ host: UInt32) -> IPAddress {
        IPAddress(v4: 0x0A00_0000 | UInt32(number) << 8 | host)
    }
}
