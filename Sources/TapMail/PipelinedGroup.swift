/// Commands sent one behind the other: from one that found none waiting up to the next such.
///
/// Within a group nothing but their order says which reply belongs to which command. Where a reply that can belong to one
/// command only comes a place early or late, the order has slipped somewhere in the group, and nothing says where.
struct PipelinedGroup: Sendable {
    /// A command that only one code accepts.
    enum Refused: Sendable { case data, startTLS }

    /// Several commands have waited at once.
    var isPipelined = false
    /// Replies and commands have slipped against each other, and no certain match came since.
    var isOutOfStep = false
    /// The last reply was a refusal of this.
    private(set) var refused: Refused?
    /// No command was accepted.
    private(set) var isRefused = true
    /// The code of the first reply.
    private var code: UInt16?
    /// Every reply had the same code, so that it does not matter which belongs to which.
    private(set) var isUniform = true

    /// A reply came that may belong to several commands.
    mutating func note(_ reply: SMTPReply, to command: PendingCommand?) {
        if !reply.isNegative { isRefused = false }
        let latest = UInt16(clamping: reply.code)
        if let code, code != latest { isUniform = false }
        code = code ?? latest
        guard reply.isNegative else { return refused = nil }
        switch command?.kind {
        case .data?: refused = .data
        case .startTLS?: refused = .startTLS
        default: refused = nil
        }
    }
}
