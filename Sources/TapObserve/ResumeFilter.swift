public import TapFlow

/// Tells what is found again after a restart from what is new.
public struct ResumeFilter: Sendable {
    private let position: Moment
    private let openFlows: Set<FlowID>?

    /// Creates the filter for a pipeline that had come to `position`, where `openFlows` were open, if that is known.
    init(position: Moment, openFlows: [FlowID]?) {
        self.position = position
        self.openFlows = openFlows.map(Set.init)
    }

    /// True if what was found at `moment` in `flow` was not found before the restart.
    public func isNew(_ moment: Moment, in flow: borrowing Flow) -> Bool {
        // A time-out has the number of the last frame before it, so that the time must tell too.
        guard moment.sequence > position.sequence || moment.time > position.time else {
            return false
        }
        // The tail of a flow that had been closed looks like a flow of its own when it is read again.
        guard flow.firstSequence <= position.sequence, let openFlows else { return true }
        return openFlows.contains(flow.id)
    }
}
