public import Foundation
public import TapWire

/// An incident as the store keeps it: the last that was said of it.
public struct IncidentEntry: Hashable, Sendable {
    /// The incident's name: an entry takes the place of an earlier one of this name.
    public var id: String
    /// When its latest event was.
    public var time: Timestamp
    /// What kind of trouble it is.
    public var kind: String
    /// Where it stands.
    public var state: String
    /// The server's address.
    public var server: String
    /// The incident as an EVE event.
    public var json: String
    /// The incident in a form that only the caller reads, to go on with after a restart.
    public var memory: Data

    /// Creates an entry.
    public init(
        id: String,
        time: Timestamp,
        kind: String,
        state: String,
        server: String,
        json: String,
        memory: Data
    ) {
        self.id = id
        self.time = time
        self.kind = kind
        self.state = state
        self.server = server
        self.json = json
        self.memory = memory
    }

    /// True if nothing more is to come of it.
    public var isClosed: Bool { state == "closed" }
}
