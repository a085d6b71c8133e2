public import TapObserve

/// Something that keeps the tap itself from seeing everything, told when it begins and when it is over.
public struct TapCondition: ObservedEvent, Hashable {
    /// What it is.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Frames were lost, left out, or overwritten before they were read.
        case framesLost = "frames_lost"
        /// A port has no carrier or is gone.
        case portDown = "port_down"
        /// The clock was set.
        case clockStep = "clock_step"
        /// Connections of mail of which only one side is seen.
        case oneSided = "one_sided"
        /// Connections of mail that had to make room for others.
        case evicted

        /// True for what goes on until it is told to be over.
        var isLasting: Bool {
            switch self {
            case .framesLost, .portDown: true
            case .clockStep, .oneSided, .evicted: false
            }
        }
    }

    /// What it is.
    public var kind: Kind
    /// True if it is over.
    public var isOver: Bool
    /// The share that is missing; nil where that has no meaning.
    public var share: Double?
    /// How many: frames, connections; seconds of a clock's step.
    public var count: Int64
    /// The names of the ports; empty where it is not about ports.
    public var ports: [String]
    /// How many of the connections seen from one side lack what the client sent; nil for other kinds.
    public var clientsUnseen: Int64?

    /// Creates a condition.
    public init(
        _ kind: Kind,
        isOver: Bool = false,
        share: Double? = nil,
        count: Int64 = 0,
        ports: [String] = [],
        clientsUnseen: Int64? = nil
    ) {
        self.kind = kind
        self.isOver = isOver
        self.share = share
        self.count = count
        self.ports = ports
        self.clientsUnseen = clientsUnseen
    }

    /// The EVE `event_type`: `tap`.
    public var eventType: String { "tap" }
}

extension TapCondition: Decodable {
    private enum TopLevel: String, CodingKey { case tap }

    private enum Key: String, CodingKey {
        case kind, over, share, count, ports
        case clientsUnseen = "clients_unseen"
    }

    /// Encodes `{"tap":{...}}`.
    public func encode(to encoder: any Encoder) throws {
        var top = encoder.container(keyedBy: TopLevel.self)
        var container = top.nestedContainer(keyedBy: Key.self, forKey: .tap)
        try container.encode(kind, forKey: .kind)
        try container.encode(isOver, forKey: .over)
        try container.encodeIfPresent(share, forKey: .share)
        try container.encode(count, forKey: .count)
        try container.encodeIfPresent(clientsUnseen, forKey: .clientsUnseen)
        if !ports.isEmpty { try container.encode(ports, forKey: .ports) }
    }

    /// Decodes what `encode(to:)` has written.
    public init(from decoder: any Decoder) throws {
        let top = try decoder.container(keyedBy: TopLevel.self)
        let container = try top.nestedContainer(keyedBy: Key.self, forKey: .tap)
        kind = try container.decode(Kind.self, forKey: .kind)
        isOver = try container.decodeIfPresent(Bool.self, forKey: .over) ?? false
        share = try container.decodeIfPresent(Double.self, forKey: .share)
        count = try container.decodeIfPresent(Int64.self, forKey: .count) ?? 0
        ports = try container.decodeIfPresent([String].self, forKey: .ports) ?? []
        clientsUnseen = try container.decodeIfPresent(Int64.self, forKey: .clientsUnseen)
    }
}
