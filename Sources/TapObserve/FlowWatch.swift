import TapFlow

/// One flow as one analyzer follows it, before and after its observer has decided.
///
/// The watches of a flow are a list in the order of the analyzers, so that an event needs one look-up however many
/// there are.
public class FlowWatch {
    /// What the analyzer said of the flow last; once that is `unwanted`, only the end matters.
    final var interest = StreamInterest.wanted
    /// The watch of the next analyzer.
    final var next: FlowWatch?

    init() {}

    /// Takes the next event of the flow and appends what it means to `findings`.
    func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        into findings: inout [Finding]
    ) -> Outcome {
        .over
    }

    /// What became of a watch.
    enum Outcome {
        /// It goes on.
        case goesOn
        /// The observer has claimed the flow: this watch takes its place.
        case claimed(FlowWatch)
        /// The analyzer has nothing to do with the flow any more.
        case over
    }
}
