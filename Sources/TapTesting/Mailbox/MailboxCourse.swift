/// Which octets of a dialogue with a mailbox belong to which exchange of a command and its reply, and which exchanges
/// make which fact.
public struct MailboxCourse: Hashable, Sendable {
    /// Octets of one step.
    public struct Part: Hashable, Sendable {
        /// The step.
        public var step: Int
        /// Its octets.
        public var octets: Range<Int>
    }

    /// One exchange, counted from the greeting on; what follows behind the last reply is one of its own.
    public struct Exchange: Hashable, Sendable {
        /// Everything that is said in it.
        public var parts: [Part] = []
        /// The first of the exchanges that decide what is known of this one.
        public var anchor: Int
    }

    /// A fact, and the exchanges that it follows from.
    public struct Entry: Hashable, Sendable {
        /// The fact.
        public var fact: MailboxFact
        /// The exchanges that it follows from.
        public var span: ClosedRange<Int>
    }

    /// The exchanges.
    public var exchanges: [Exchange] = []
    /// The facts, but for those that no longer hold at the end.
    public var entries: [Entry] = []

    /// The exchanges that decide what is known of a fact: its own, and those that decide on the state before it.
    public func decisive(for entry: Entry) -> Range<Int> {
        let own = entry.span.clamped(to: 0...max(0, exchanges.count - 1))
        return exchanges.isEmpty ? 0..<0 : exchanges[own.lowerBound].anchor..<own.upperBound + 1
    }
}
