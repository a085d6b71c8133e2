/// A value that few sessions have at a time: it takes one word while there is none, and memory of its own while there is.
///
/// It is changed where it lies; a copy is made only where the whole session was copied.
@propertyWrapper
struct OnDemand<Value: Sendable>: Sendable {
    /// The value, or nothing at all.
    private var storage: [Value]

    init(wrappedValue: Value?) { storage = wrappedValue.map { [$0] } ?? [] }

    var wrappedValue: Value? {
        get { storage.first }
        _modify {
            var value = storage.popLast()
            defer {
                if let kept = value.take() {
                    // Moved back in, not copied.
                    storage.append(kept)
                } else {
                    // Its room too is given back.
                    storage = []
                }
            }
            yield &value
        }
    }

    /// True if there is a value; asking the value itself copies it.
    var isPresent: Bool { !storage.isEmpty }

    /// Takes the value out, moved and not copied.
    @discardableResult
    mutating func take() -> Value? {
        guard let value = storage.popLast() else { return nil }
        // Its room too is given back.
        storage = []
        return value
    }

    /// Puts a value in, moved and not copied.
    mutating func put(_ value: consuming Value) { storage = [value] }

    /// True if it takes memory of its own.
    var hasRoom: Bool { storage.capacity > 0 }

    /// Changes or asks the value where it lies, if there is one; for what is done with every segment, where an accessor
    /// would copy it or take memory for its frame.
    @discardableResult
    mutating func change<Result>(_ body: (inout Value) -> Result) -> Result? {
        guard !storage.isEmpty else { return nil }
        return body(&storage[0])
    }
}

extension OnDemand: Equatable where Value: Equatable {}
extension OnDemand: Hashable where Value: Hashable {}

extension OnDemand: Codable where Value: Codable {
    init(from decoder: any Decoder) throws {
        self.init(wrappedValue: try decoder.singleValueContainer().decode(Value?.self))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}
