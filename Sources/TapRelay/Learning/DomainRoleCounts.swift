/// How many domains have each role.
struct DomainRoleCounts: Sendable {
    private var counts = [Int](repeating: 0, count: DomainRole.allCases.count)

    /// How many domains have `role`.
    subscript(role: DomainRole) -> Int {
        get { counts[role.place] }
        set { counts[role.place] = newValue }
    }
}

extension DomainRoleCounts: Codable {
    init(from decoder: any Decoder) throws {
        let stored = try decoder.singleValueContainer().decode([DomainRole: Int].self)
        for (role, count) in stored { self[role] = count }
    }

    func encode(to encoder: any Encoder) throws {
        let stored = DomainRole.allCases.map { ($0, self[$0]) }.filter { $0.1 != 0 }
        var container = encoder.singleValueContainer()
        try container.encode(Dictionary(uniqueKeysWithValues: stored))
    }
}

extension DomainRole {
    /// Where its count stands.
    fileprivate var place: Int {
        switch self {
        case .local: 0
        case .candidate: 1
        case .relayed: 2
        case .relayedCandidate: 3
        case .foreign: 4
        case .unknown: 5
        }
    }
}
