public import TapWire

/// Which of two segments counts that bring different octets for the same place behind a hole.
///
/// Octets that are due are handed on at once, as every receiver does; only those behind a hole can still be replaced.
/// Sources: Shankar and Paxson, "Active Mapping" (2003); Novak and Sturges, "Target-Based TCP Stream Reassembly" (2007).
public enum OverlapPolicy: String, CaseIterable, Hashable, Sendable {
    /// The one that came first.
    case first
    /// The one that came last.
    case last
    /// The one that came first, unless the other begins before it: BSD, macOS, AIX.
    case bsd
    /// The one that came first, unless the other begins before it or at the same place.
    case linux
    /// As BSD does it: Windows up to Server 2003; later ones keep what came first.
    case windows

    /// True if a segment that begins at `new` replaces what it overlaps of one that began at `old` and came first.
    func replaces(_ old: Int64, by new: Int64) -> Bool {
        switch self {
        case .first: false
        case .last: true
        case .bsd, .windows: new < old
        case .linux: new <= old
        }
    }
}

/// The policies of the hosts that receive.
public struct OverlapPolicies: Hashable, Sendable {
    /// The policy of the hosts of one network.
    public struct Rule: Hashable, Sendable {
        /// The network.
        public var network: IPNetwork
        /// The policy of its hosts.
        public var policy: OverlapPolicy

        /// Creates a rule.
        public init(_ network: IPNetwork, _ policy: OverlapPolicy) {
            self.network = network
            self.policy = policy
        }
    }

    /// What applies to networks; the first rule that fits counts, and without one what came first.
    public var rules: [Rule]

    /// Creates policies.
    public init(rules: [Rule] = []) { self.rules = rules }

    /// The policy of the host at `address`.
    func policy(of address: IPAddress) -> OverlapPolicy {
        rules.first { $0.network.contains(address) }?.policy ?? .first
    }
}
