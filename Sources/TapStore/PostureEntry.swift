public import TapWire

/// What is known of a mail server and port, as the store keeps it: the last that was said of it.
public struct PostureEntry: Hashable, Sendable {
    /// The name of the row: an entry takes the place of an earlier one of this name.
    public var key: String
    /// When it was seen last.
    public var time: Timestamp
    /// What is known, as JSON that only the caller reads.
    public var json: String

    /// Creates an entry.
    public init(key: String, time: Timestamp, json: String) {
        self.key = key
        self.time = time
        self.json = json
    }
}
