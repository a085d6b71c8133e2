/// Why a sink could not deliver, and what it did deliver before.
public struct SinkError: Error, Hashable, Sendable {
    /// What went wrong.
    public enum Code: Hashable, Sendable {
        /// Nobody answers, or the connection broke.
        case unreachable
        /// The destination takes nothing at the moment: what was sent waits to be read.
        case stalled
        /// There is no room left where it should be written.
        case noSpace
        /// The file cannot be opened or written.
        case notWritable
        /// The destination will never take the first item that was not delivered.
        case refused
        /// The caller gave up waiting.
        case cancelled
    }

    /// What went wrong.
    public var code: Code
    /// The name of the sink.
    public var destination: String
    /// What the kernel or the library said.
    public var detail: String
    /// How many items from the start of the batch were delivered all the same.
    public var deliveredCount: Int

    /// Creates an error.
    public init(code: Code, destination: String, detail: String, deliveredCount: Int = 0) {
        self.code = code
        self.destination = destination
        self.detail = detail
        self.deliveredCount = deliveredCount
    }

    /// True if the same item can be delivered later.
    public var isRetryable: Bool { code != .refused }
}

extension SinkError: CustomStringConvertible {
    /// The destination and the problem, in one sentence.
    public var description: String { "\(destination): \(problem) (\(detail))" }

    private var problem: String {
        switch code {
        case .unreachable: "cannot be reached"
        case .stalled: "does not read what it is sent"
        case .noSpace: "has no room left"
        case .notWritable: "cannot be written"
        case .refused: "does not take a message"
        case .cancelled: "was not waited for"
        }
    }
}
