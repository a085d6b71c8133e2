/// A number a rule decides by, with its default and where that comes from.
public struct RuleThreshold: Hashable, Sendable {
    /// The key in the configuration file, such as `warn_at`.
    public var name: String
    /// What the number counts.
    public var unit: Unit
    /// What holds when nothing is configured.
    public var defaultValue: Double
    /// The smallest and the largest value that make sense.
    public var range: ClosedRange<Double>
    /// What the number means, one sentence, and its source.
    public var summary: String

    /// What a threshold counts.
    public enum Unit: String, Sendable {
        /// Whole things.
        case count
        /// A span of time in seconds.
        case seconds
        /// A share or a probability from 0 to 1.
        case share
    }

    /// Whether `value` can be set: in range, and whole where whole things are counted.
    public func allows(_ value: Double) -> Bool {
        range.contains(value) && (unit != .count || value == Double(Int64(value)))
    }
}
