/// How it is known that a client outside came to a server of ours.
enum DirectionBasis: Hashable, Sendable, CaseIterable {
    /// The ports of the inside are configured, and the frames came in by the right ones.
    case ports
    /// The server is configured as ours.
    case servers
    /// The server answers on the port where a configured one does.
    case besideServers
    /// The server has an inside address and the client an outside one.
    case addresses
    /// The server calls itself by a name under a configured domain.
    case serverName
    /// Behind the client's port are many more mail hosts than behind the server's.
    case learnedPorts
    /// The server has many more partners than the client, in a capture without directions.
    case learnedPartners
    /// It could not be told: judged on what the server's name says of its domains alone.
    case unclear

    /// What it leaves of an alert's confidence.
    var confidence: Double {
        switch self {
        case .ports: 1
        case .servers: 0.97
        case .addresses: 0.95
        case .besideServers, .serverName: 0.85
        case .learnedPorts: 0.75
        case .learnedPartners: 0.65
        case .unclear: 0.3
        }
    }
}

/// Which way a mail session went.
enum Direction: Hashable, Sendable {
    /// From a client outside to a server of ours, as far as `DirectionBasis` tells.
    case inward(DirectionBasis)
    /// From a host of ours to a server outside, as far as `DirectionBasis` tells.
    case outward(DirectionBasis)
    /// Any other way, or between those who may: no relay rule applies.
    case elsewhere
}
