import TapFlow

/// A command that is supposed to be in a record, until its reply is found.
enum DialogueStep: Hashable, Sendable {
    case greeting
    case hello
    case mail(sender: OctetRange, began: Moment)
    case recipient(address: OctetRange)
    case data
    /// The lone dot, behind a message of so many octets.
    case message(OctetRange)
    /// BDAT with its chunk: so many octets of chunks so far.
    case chunk(OctetRange)
    case reset
    case quit
    /// AUTH; `isWhole` if it carries all that the server needs.
    case login(isWhole: Bool?)
    /// A line that answers 334.
    case loginAnswer
    /// NOOP, VRFY and whatever else leaves all as it is.
    case other

    /// What its reply is about.
    var subject: ReplyClass.Subject {
        switch self {
        case .greeting: .greeting
        case .hello: .hello
        case .mail: .mail
        case .recipient: .recipient
        case .data: .data
        case .message: .message
        case .chunk: .lastChunk
        case .reset: .reset
        case .quit: .quit
        case .login, .loginAnswer: .login
        case .other: .other
        }
    }
}
