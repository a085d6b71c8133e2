public import TapWire

/// How long a server took to answer the first command of each kind in a session, in milliseconds.
///
/// Only what was asked alone counts: a command that was sent before the reply to the one before waits for that too.
/// Clock steps and times beyond 49 days are cut.
public struct SMTPReplyTimes: Hashable, Sendable, Codable {
    /// What the server was asked.
    public enum Step: String, Sendable, Codable, CaseIterable {
        /// The connection.
        case greeting
        /// HELO, EHLO or LHLO.
        case hello
        /// RCPT.
        case recipient
        /// The end of the data, or of the last chunk.
        case endOfData = "end_of_data"
    }

    /// Marks a time that is not known.
    private static let unknown = UInt32.max
    private var greeting = Self.unknown
    private var hello = Self.unknown
    private var recipient = Self.unknown
    private var endOfData = Self.unknown

    /// Knows of no time.
    public init() {}

    /// The time of a step in milliseconds; nil if it was not seen.
    public subscript(step: Step) -> Int? {
        let value =
            switch step {
            case .greeting: greeting
            case .hello: hello
            case .recipient: recipient
            case .endOfData: endOfData
            }
        return value == Self.unknown ? nil : Int(value)
    }

    /// True if no time is known.
    public var isEmpty: Bool { self == SMTPReplyTimes() }

    /// Notes a time, unless the step was seen before.
    public mutating func note(_ step: Step, asked: Timestamp, answered: Timestamp) {
        guard self[step] == nil else { return }
        let (seconds, attoseconds) = answered.duration(since: asked).components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1_000)
        let sum = milliseconds.partialValue &+ attoseconds / 1_000_000_000_000_000
        guard !milliseconds.overflow, sum >= 0, sum < Int64(Self.unknown) else { return }
        let value = UInt32(sum)
        switch step {
        case .greeting: greeting = value
        case .hello: hello = value
        case .recipient: recipient = value
        case .endOfData: endOfData = value
        }
    }
}
