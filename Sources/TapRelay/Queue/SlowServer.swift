import TapMail
import TapWire

/// What is remembered of how fast a server answers.
struct SlowServer: Sendable, Codable {
    var greeting = ReplyHabit()
    var hello = ReplyHabit()
    var recipient = ReplyHabit()
    var endOfData = ReplyHabit()
    /// When it turned clients away with 421, lately.
    var turnedAway: [Timestamp] = []
    /// When it was told of last.
    var toldAt: Timestamp?

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
