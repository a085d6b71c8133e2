/// Why a command line of the hub cannot be followed, as a sentence.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what would be right.
    public var description: String

    /// Creates an error with its sentence.
    public init(_ description: String) { self.description = description }
}
