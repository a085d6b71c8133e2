/// How long to wait before the next try: twice as long each time, up to a bound.
public struct BackOff: Hashable, Sendable {
    /// The wait after the first failure.
    public var first: Duration
    /// The longest wait.
    public var longest: Duration
    private var next: Duration

    /// Creates the waits.
    public init(first: Duration = .milliseconds(500), longest: Duration = .seconds(15)) {
        self.first = first
        self.longest = longest
        next = first
    }

    /// Starts again with the first wait.
    public mutating func reset() { next = first }

    /// The wait after one more failure.
    public mutating func failed() -> Duration {
        let wait = min(next, longest)
        next = min(next * 2, longest)
        return wait
    }
}
