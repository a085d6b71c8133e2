import TapMail
import TapWire

/// What is remembered of how fast a server answers.
struct SlowServer: Sendable, Codable {
    var greeting = ReplyHabit()
    var hello = ReplyHabit()
    var recipient = ReplyHabit()
    var endOfData = ReplyHabit()
    /// So many clients that it turned away are kept.
    static let keptTurnedAway = 100

    /// Clients that it turned away with 421 of late, the latest last, each once.
    var turnedAway: [TurnedAway] = []
    /// How many sessions it had at once.
    var sessions = OpenSessions()
    /// When it was told of last.
    var toldAt: Timestamp?

    /// A client that was turned away.
    struct TurnedAway: Hashable, Sendable, Codable {
        var client: IPAddress
        /// When last.
        var time: Timestamp
    }

    private enum CodingKeys: String, CodingKey {
        case greeting, hello, recipient, endOfData, sessions, toldAt
        // Under its plain name an earlier hubtap stored times without clients.
        case turnedAway = "turnedAwayClients"
    }

    subscript(step: SMTPReplyTimes.Step) -> ReplyHabit {
        get {
            switch step {
            case .greeting: greeting
            case .hello: hello
            case .recipient: recipient
            case .endOfData: endOfData
            }
        }
        // In place: a setter would copy the samples each time.
        _modify {
            switch step {
            case .greeting: yield &greeting
            case .hello: yield &hello
            case .recipient: yield &recipient
            case .endOfData: yield &endOfData
            }
        }
    }
}

extension SlowServer {
    /// Decodes what is remembered; an earlier hubtap has stored less.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        greeting = try container.decode(ReplyHabit.self, forKey: .greeting)
        hello = try container.decode(ReplyHabit.self, forKey: .hello)
        recipient = try container.decode(ReplyHabit.self, forKey: .recipient)
        endOfData = try container.decode(ReplyHabit.self, forKey: .endOfData)
        turnedAway =
            try container.decodeIfPresent([TurnedAway].self, forKey: .turnedAway) ?? turnedAway
        sessions = try container.decodeIfPresent(OpenSessions.self, forKey: .sessions) ?? sessions
        toldAt = try container.decodeIfPresent(Timestamp.self, forKey: .toldAt)
    }
}
