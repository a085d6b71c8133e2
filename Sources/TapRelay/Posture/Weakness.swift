import TapWire

/// What is weak of a server, as the verdict of its incident names it.
struct Weakness: Hashable, Sendable, Codable {
    /// What it is.
    enum Kind: String, Hashable, Sendable, Codable {
        /// Mail of users was taken without a login.
        case submissionTaken
        /// Users are offered no login.
        case submissionOffered
        /// Passwords may cross before TLS: with the mechanisms.
        case plainLogin
        /// A version of TLS that is too old: with it.
        case oldTLS
        case certificateEnded
        case certificateEnds
        /// Passwords did cross before TLS.
        case clearText
        case strippedSTARTTLS
        case missingSTARTTLS
    }

    /// How many of an incident are kept, the latest of them.
    static let limit = 16
    /// Each is told once a day as long as it lasts.
    private static let lasting = Duration.seconds(2 * 86_400)

    var kind: Kind
    /// The server's port.
    var port: UInt16
    /// What the kind is told with; empty for nothing.
    var detail: String
    /// When it was told last.
    var time: Timestamp

    init(_ kind: Kind, detail: String = "", _ mail: MailCase) {
        (self.kind, port, time) = (kind, mail.server.port, mail.time)
        self.detail = detail.cut(to: 40)
    }

    /// True if it was told within the last two days before `time`.
    func isLasting(at time: Timestamp) -> Bool {
        time.duration(since: self.time) < Self.lasting
    }
}

extension Incident {
    /// Notes what is weak of the server.
    mutating func note(_ weakness: Weakness) {
        let others = (weaknesses ?? []).filter {
            $0.kind != weakness.kind || $0.port != weakness.port
        }
        weaknesses = others.suffix(Weakness.limit - 1) + [weakness]
    }
}
