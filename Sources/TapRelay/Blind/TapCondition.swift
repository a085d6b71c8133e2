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

    /// Creates a condition.
    public init(
        _ kind: Kind,
        isOver: Bool = false,
        share: Double? = nil,
        count: Int64 = 0,
        ports: [String] = []
    ) {
        self.kind = kind
        self.isOver = isOver
        self.share = share
        self.count = count
        self.ports = ports
    }

    /// The EVE `event_type`: `tap`.
    public var eventType: String { "tap" }
}

extension TapCondition {
    private enum TopLevel: String, CodingKey { case tap }

    private enum Key: String, CodingKey { case kind, over, share, count, ports }

    /// Encodes `{"tap":{...}}`.
    public func encode(to encoder: any Encoder) throws {
        var top = encoder.container(keyedBy: TopLevel.self)
        var container = top.nestedContainer(keyedBy: Key.self, forKey: .tap)
        try container.encode(kind, forKey: .kind)
        try container.encode(isOver, forKey: .over)
        try container.encodeIfPresent(share, forKey: .share)
        try container.encode(count, forKey: .count)
        if !ports.isEmpty { try container.encode(ports, forKey: .ports) }
    }
}
