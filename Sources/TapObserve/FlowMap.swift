import TapFlow

/// Values of open flows, asked for with every event: a dictionary whose hash costs next to nothing.
struct FlowMap<Value> {
    private let secret = HashSecret()
    private var index = SlotIndex()
    private var entries: [Entry] = []
    private var free: [Int] = []

    private struct Entry {
        var flow: FlowID
        var value: Value?
    }

    /// Holds nothing.
    init() {}

    /// The value of a flow; nil if it has none.
    subscript(flow: FlowID) -> Value? {
        get { slot(of: flow).flatMap { entries[$0].value } }
        set {
            let slot = slot(of: flow)
            switch (slot, newValue) {
            case (let slot?, let value?): entries[slot].value = value
            case (nil, let value?): insert(value, of: flow)
            case (let slot?, nil): remove(slot)
            case (nil, nil): break
            }
        }
    }

    /// Changes the value of a flow where it lies; nil if it has none.
    mutating func change<Result>(of flow: FlowID, _ body: (inout Value) -> Result) -> Result? {
        guard let slot = slot(of: flow) else { return nil }
        return entries[slot].value.change(body)
    }

    private func slot(of flow: FlowID) -> Int? {
        guard index.count > 0 else { return nil }
        return index.slot(hash: hash(of: flow)) { entries[$0].flow == flow }
    }

    private mutating func insert(_ value: Value, of flow: FlowID) {
        let entry = Entry(flow: flow, value: value)
        let slot: Int
        if let last = free.popLast() {
            slot = last
            entries[slot] = entry
        } else {
            slot = entries.count
            entries.append(entry)
        }
        index.insert(slot, hash: hash(of: flow))
    }

    private mutating func remove(_ slot: Int) {
        index.remove(slot, hash: hash(of: entries[slot].flow))
        entries[slot].value = nil
        free.append(slot)
    }

    private func hash(of flow: FlowID) -> Int {
        Int(truncatingIfNeeded: secret.folded(flow.rawValue, 0))
    }
}

extension Optional {
    /// Changes the value where it lies.
    fileprivate mutating func change<Result>(_ body: (inout Wrapped) -> Result) -> Result? {
        // Moved out and back in: neither copied nor counted.
        guard var value = take() else { return nil }
        let result = body(&value)
        self = value
        return result
    }
}
