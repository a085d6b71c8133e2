/// What kind of trouble an incident is (CONTRACT section 5).
public enum IncidentClass: String, Hashable, Sendable, Codable, CaseIterable {
    /// A server relays strangers' mail to strangers.
    case openRelay = "open-relay"
    /// The same, because it takes the gateway for the client.
    case natBlindedRelay = "nat-blinded-relay"
    /// Somebody else uses an account.
    case stolenAccount = "stolen-account"
    /// A client inside sends mail by itself.
    case infectedClient = "infected-client"
    /// A server sends bounces to strangers.
    case backscatter
    /// Somebody looks for addresses that exist.
    case harvest
    /// A message or a command was slipped past the server.
    case smuggling
    /// Somebody tries whether the server relays.
    case relayTest = "relay-test"
    /// A server shows less protection than it should.
    case weakPosture = "weak-posture"
    /// The tap itself has missed something.
    case blind
}

extension IncidentClass {
    /// True for what is about the server that answered, whoever called it.
    var isOfServer: Bool { self == .weakPosture || self == .smuggling }

    /// True for a server that relays.
    var isRelay: Bool { self == .openRelay || self == .natBlindedRelay }
}
