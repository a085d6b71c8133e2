/// Which steps of an SMTP dialogue belong to which exchange of a command and its reply, and which exchanges to which
/// transaction.
public struct SMTPCourse: Hashable, Sendable {
    /// The exchange of each step, counted from the greeting on; the message and the reply to it are one of their own.
    public var exchanges: [Int]
    /// The exchanges whose reply tells what it answers, by its code alone: the greeting, 354, 235.
    ///
    /// With each the
    /// exchange before those whose commands were sent in one go with its own.
    public var anchors: [Int: Int]
    /// The first LHLO, for it says how many replies come behind a message; nil with SMTP.
    public var dialect: Int?
    /// The exchanges of each transaction that must be reported, with the one before and the one that ends it.
    public var spans: [ClosedRange<Int>]

    /// Creates a course.
    public init(
        exchanges: [Int],
        anchors: [Int: Int],
        dialect: Int?,
        spans: [ClosedRange<Int>]
    ) {
        self.exchanges = exchanges
        self.anchors = anchors
        self.dialect = dialect
        self.spans = spans
    }

    /// The exchanges that decide what is known of a transaction: its own, and those that decide on the state before it.
    ///
    /// Behind a hole that state is known again from the last reply on that tells what it answers.
    public func decisive(forTransaction number: Int) -> Set<Int> {
        let span = spans[number]
        let anchor = anchors.keys.filter { $0 < span.lowerBound }.max() ?? 0
        return Set((anchors[anchor] ?? 0)...span.upperBound).union(dialect.map { [$0] } ?? [])
    }
}
