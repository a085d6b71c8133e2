/// What the analysis of a frame found.
public enum Finding: Sendable {
    /// An observer reported an event.
    case event(EventRecord)
    /// A rule fired.
    case alert(Alert)
}
