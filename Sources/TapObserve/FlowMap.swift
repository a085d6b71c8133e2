import TapFlow

/// Values of open flows, asked for with every event: a dictionary whose hash costs next to nothing.
struct FlowMap<Value> {
    private let secret = HashSecret()
    private var index = SlotIndex()
    // Slot by slot, without gaps.
    private var flows: [FlowID] = []
    private var values: [Value] = []
    /// The slot that was changed last: more of the same flow mostly follows.
    private var lastSlot = 0

    /// Holds nothing.
    init() {}

    /// How many flows have one.
    var count: Int { flows.count }

    /// The value of a flow; nil if it has none.
    subscript(flow: FlowID) -> Value? {
        get { slot(of: flow).map { values[$0] } }
        set {
            let slot = slot(of: flow)
            switch (slot, newValue) {
            case (let slot?, let value?): values[slot] = value
            case (nil, let value?): insert(value, of: flow)
            case (let slot?, nil): remove(slot)
            case (nil, nil): break
            }
        }
    }

    /// Changes the value of a flow where it lies; nil if it has none.
    mutating func change<Result>(of flow: FlowID, _ body: (inout Value) -> Result) -> Result? {
        if lastSlot < flows.count, flows[lastSlot] == flow { return body(&values[lastSlot]) }
        guard let slot = slot(of: flow) else { return nil }
        lastSlot = slot
        return body(&values[slot])
    }

    private func slot(of flow: FlowID) -> Int? {
        guard !flows.isEmpty else { return nil }
        return index.slot(hash: hash(of: flow)) { flows[$0] == flow }
    }

    private mutating func insert(_ value: Value, of flow: FlowID) {
        index.insert(flows.count, hash: hash(of: flow))
        flows.append(flow)
        values.append(value)
    }

    /// Takes a value out; the last one takes its slot.
    private mutating func remove(_ slot: Int) {
        index.remove(slot, hash: hash(of: flows[slot]))
        let last = flows.count - 1
        if slot != last {
            index.move(last, to: slot, hash: hash(of: flows[last]))
            flows.swapAt(slot, last)
            values.swapAt(slot, last)
        }
        flows.removeLast()
        values.removeLast()
    }

    private func hash(of flow: FlowID) -> Int {
        Int(truncatingIfNeeded: secret.folded(flow.rawValue, 0))
    }
}
