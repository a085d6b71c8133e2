/// A share that forgets: each observation weighs a little less with each that follows.
struct AgedShare: Hashable, Sendable {
    /// So many observations weigh as much as all before them.
    static let memory: UInt16 = 64

    /// The share, 0 to 1; 0 before the first observation.
    private(set) var value: Float = 0
    /// How many observations there were, up to `memory`.
    private(set) var count: UInt16 = 0

    /// Nothing observed.
    init() {}

    /// A stored share; what is out of range is held at its ends.
    init(value: Float, count: UInt16) {
        self.value = value.isFinite ? min(max(value, 0), 1) : 0
        self.count = min(count, Self.memory)
    }

    /// Takes an observation.
    mutating func observe(_ isOne: Bool) {
        if count < Self.memory { count += 1 }
        value += ((isOne ? 1 : 0) - value) / Float(count)
    }
}
