import TapCapture
import TapFlow
import TapWire

/// Tells which frames of a ring are to be copied.
struct FrameSieve: ~Copyable {
    /// What is to be done with a frame.
    enum Verdict {
        /// It is copied.
        case take
        /// It is left, though it lies in the time that is meant.
        case leave
        /// It came before the time that is meant.
        case early
        /// It and all that follow are behind the end of the time that is meant.
        case end
    }

    private let range: ClosedRange<Timestamp>
    private let port: PortIndex?
    private let filter: CaptureFilter?
    private var flows: [FlowSelection]
    private var mail: FlowSelection?

    /// A sieve that takes the frames of `range` to which everything else agrees.
    ///
    /// - Parameters:
    ///   - range: When the frames arrived.
    ///   - port: The port that they entered by; nil for any.
    ///   - filter: What they match; nil for anything.
    ///   - flows: The conversations that they belong to, each to be agreed to.
    ///   - mail: The connections with the mail that is looked for; nil if none is.
    init(
        range: ClosedRange<Timestamp>,
        port: PortIndex?,
        filter: consuming CaptureFilter?,
        flows: [FlowSelection],
        mail: FlowSelection?
    ) {
        self.range = range
        self.port = port
        self.filter = filter
        self.flows = flows
        self.mail = mail
    }

    /// What is to be done with `frame`.
    mutating func judge(_ frame: borrowing Frame) -> Verdict {
        let metadata = frame.metadata
        guard metadata.arrival <= range.upperBound else { return .end }
        guard metadata.arrival >= range.lowerBound else { return .early }
        if let port, port != metadata.ingress { return .leave }
        if let isMatch = filter?.matches(frame), !isMatch { return .leave }
        for index in flows.indices where !flows[index].contains(frame) { return .leave }
        if mail?.contains(frame) == false { return .leave }
        return .take
    }

    /// Takes the frames of one more connection with mail.
    ///
    /// - Returns: True if they were not taken before.
    mutating func insertMail(_ conversation: Conversation) -> Bool {
        mail?.insert(conversation) ?? false
    }
}
