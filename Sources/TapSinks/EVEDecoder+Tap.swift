import TapRelay

/// An event of type `tap`.
struct EVETap: Decodable {
    struct Facts: Decodable {
        var kind: TapCondition.Kind
        var over: Bool
        var share: Double?
        var count: Int64
        var ports: [String]?

        var condition: TapCondition {
            TapCondition(kind, isOver: over, share: share, count: count, ports: ports ?? [])
        }
    }

    var tap: Facts
}
