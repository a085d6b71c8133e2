import TapFlow

/// Logins at a server: how many, and whose worked; never a secret.
public struct PostureLogins: Hashable, Sendable, Codable {
    /// Logins that were accepted where they could be read.
    public private(set) var accepted: UInt64 = 0
    /// Logins that were refused.
    public private(set) var refused: UInt64 = 0
    /// Users whose logins were accepted; those who came last.
    public private(set) var users: [PostureSighting] = []

    /// The longest name of a user that is kept, octets; a longer one is only counted.
    private static let nameLimit = 128

    /// Takes the logins of a session.
    mutating func observe(_ logins: [SMTPLogin], at moment: Moment) {
        for login in logins {
            switch login.code {
            case 235?:
                accepted &+= 1
                if let user = login.user, user.utf8.count <= Self.nameLimit {
                    users.see(user, at: moment)
                }
            case .some(400..<600): refused &+= 1
            default: break
            }
        }
    }
}
