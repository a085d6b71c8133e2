/// A value that few sessions have at a time: it takes one word while there is none, and memory of its own while there is.
///
/// It is changed where it lies; a copy is made only where the whole session was copied.
@propertyWrapper
struct OnDemand<Value: Sendable>: Sendable {
    /// The value, or nothing at all.
    private var storage: [Value?] = []

    init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    var wrappedValue: Value? {
        get { storage.first ?? nil }
        _modify {
            guard storage.isEmpty else {
                defer { if storage[0] == nil { storage = [] } }
                yield &storage[0]
                return
            }
            var value: Value?
            defer { if value != nil { storage = [value] } }
            yield &value
        }
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
