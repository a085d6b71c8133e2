import TapWire

/// What a connection needs to know beside its own state to take a segment.
struct StreamContext: ~Copyable {
    /// The frame that is being looked at.
    var moment: Moment
    /// How much may be held.
    let limits: FlowLimits
    /// Where octets lie that need not be copied: memory that lasts, or none.
    var storage: any OctetStore = NoOctets()
    /// What became of the octets.
    var statistics = FlowStatistics()
    /// Octets held behind holes in all connections.
    var heldOctets = 0
    /// How much memory is taken by what was handed on and is not acknowledged, in all connections.
    var historyOctets = 0

    /// How much of it one direction of a connection may keep; nothing when all together keep too much.
    var historyLimit: Int {
        historyOctets > limits.maximumHistoryOctets ? 0 : limits.maximumHistoryOctetsPerDirection
    }

    init(moment: Moment, limits: FlowLimits) {
        self.moment = moment
        self.limits = limits
    }
}
