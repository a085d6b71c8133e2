import TapConfig
import TapFlow
import TapMail
import TapObserve
import TapWire

/// Finds the connections on which certain mail was given, by the mail observer.
///
/// A connection is found when the outcome of such a transaction is known, or the input ends.
struct MailSearch {
    /// A connection that was found.
    struct Find {
        /// Its two ends.
        var conversation: Conversation
        /// The number of its first frame.
        var firstSequence: UInt64
    }

    private let pattern: MailPattern
    private let pipeline: Pipeline
    private var findings: [Finding] = []

    /// Prepares to look for mail like `pattern`.
    init(_ pattern: MailPattern, settings: HubtapConfiguration) {
        self.pattern = pattern
        pipeline = Catalog.mail(settings)
    }

    /// Takes the next frame; the connections that it completes mail on.
    mutating func process(_ frame: borrowing Frame) -> [Find] {
        pipeline.process(frame, into: &findings)
        return findings.isEmpty ? [] : takeFinds()
    }

    /// Notes that frames were lost.
    func noteGap(frameCount: UInt64) { pipeline.noteGap(frameCount: frameCount) }

    /// Moves time on where no frame does.
    mutating func advance(to time: Timestamp) -> [Find] {
        pipeline.advance(to: time, into: &findings)
        return takeFinds()
    }

    /// Ends the input; the connections with mail that was not completed.
    mutating func finish() -> [Find] {
        pipeline.finish(into: &findings)
        return takeFinds()
    }

    private mutating func takeFinds() -> [Find] {
        defer { findings.removeAll(keepingCapacity: true) }
        return findings.compactMap { finding in
            guard case .event(let record) = finding,
                case .transaction(let transaction)? = record.event as? SMTPEvent,
                pattern.matches(transaction.value)
            else { return nil }
            let flow = record.context.flow
            return Find(conversation: Conversation(flow), firstSequence: flow.firstSequence)
        }
    }
}
