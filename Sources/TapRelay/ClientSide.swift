/// Where the clients are that a server has shown something to.
public enum ClientSide: String, Sendable, Codable, CaseIterable {
    /// Strangers, as far as `DirectionFinder` tells.
    case outside
    /// The house's own, and whoever may relay; a foreign server shows itself to those alone.
    case inside
}
