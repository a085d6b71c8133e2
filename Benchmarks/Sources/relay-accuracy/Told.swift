import TapRelay

/// What the rules are told of a company.
enum Told: String, CaseIterable {
    /// The ports, the servers, the domains and who may relay.
    case all
    /// The ports and who may relay.
    case networks
    /// The ports.
    case ports

    /// Takes away from `configuration` what is not told.
    func limit(_ configuration: inout RelayConfiguration) {
        guard self != .all else { return }
        (configuration.servers, configuration.domains) = ([], [])
        if self == .ports { configuration.networks = [] }
    }
}
