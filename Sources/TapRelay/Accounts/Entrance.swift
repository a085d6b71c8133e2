import TapFlow
import TapObserve
import TapWire

/// That a client that guessed passwords was let in.
struct Entrance: Hashable, Sendable, Codable {
    /// How many of an incident are kept, the latest of them.
    static let limit = 4

    /// The account; nil where no name was seen.
    var account: String?
    /// The server's port.
    var port: UInt16
    /// When the session began, and when that was told: at its end.
    var since: Timestamp
    var until: Timestamp

    /// Begins with the session of a case.
    init(to account: String?, _ mail: MailCase) {
        self.account = account.map { $0.cut(to: 120) }
        port = mail.server.port
        (since, until) = (mail.context.flow.opened, mail.time)
    }
}
