public import TapWire

/// One observer with its rules, as the pipeline sees it.
public protocol StreamAnalyzer: AnyObject {
    /// What the observer remembers between events, for a checkpoint.
    associatedtype Memory: Codable & Sendable

    /// The observer's name.
    var name: String { get }

    /// What the rules remember.
    var memory: Memory { get set }

    /// What was done so far.
    var statistics: AnalyzerStatistics { get }

    /// From now on tells and judges only what `filter` says is new.
    func resume(with filter: ResumeFilter)

    /// Moves time on where no event does, and appends what follows to `findings`.
    func advance(to time: Timestamp, into findings: inout [Finding])

    /// Takes what a reverse lookup on the wire has said of an address.
    func learn(_ name: ReverseName)

    /// Begins to follow a flow; its first event, and each to come, is to be given to the watch.
    func watch() -> FlowWatch
}

/// What an analyzer did so far.
public struct AnalyzerStatistics: Hashable, Sendable, Codable {
    /// Flows that the observer claimed.
    public var claimedFlows: UInt64 = 0
    /// Flows that it follows now.
    public var openFlows = 0
    /// Events that it reported.
    public var events: UInt64 = 0
    /// Alerts that its rules raised.
    public var alerts: UInt64 = 0
    /// How often the observer gave something up because that was too much work, and of how many sessions it did not
    /// understand something, by what it was.
    public var givenUp: [String: UInt64] = [:]

    /// Nothing yet.
    public init() {}
}
