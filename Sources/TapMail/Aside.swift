/// A value that lies in memory of its own: it takes one word, is read where it lies, and is shared by all copies of what
/// holds it.
struct Aside<Value: Sendable>: Sendable {
    private final class Place: Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    private var place: Place

    init(_ value: Value) { place = Place(value) }

    /// The value; a new one gets a place of its own.
    var value: Value {
        _read { yield place.value }
        set { place = Place(newValue) }
    }
}

extension Aside: Equatable where Value: Equatable {
    static func == (one: Aside, other: Aside) -> Bool {
        one.place === other.place || one.value == other.value
    }
}

extension Aside: Hashable where Value: Hashable {
    func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension Aside: Codable where Value: Codable {
    init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Value.self))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
