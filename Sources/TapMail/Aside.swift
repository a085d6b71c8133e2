/// A value that lies in memory of its own: it takes one word, is read where it lies, and is shared by all copies of what
/// holds it.
///
/// Readers in other modules see through it: an accessor that is called there takes memory for its frame each time.
@usableFromInline
struct Aside<Value: Sendable>: Sendable {
    @usableFromInline var place: Shared<Value>

    init(_ value: Value) { place = Shared(value) }

    /// The value; a new one gets a place of its own.
    @usableFromInline var value: Value {
        @inlinable _read { yield place.value }
        set { place = Shared(newValue) }
    }
}

extension Aside: Equatable where Value: Equatable {
    @usableFromInline
    static func == (one: Aside, other: Aside) -> Bool {
        one.place == other.place
    }
}

extension Aside: Hashable where Value: Hashable {
    @usableFromInline
    func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension Aside: Codable where Value: Codable {
    @usableFromInline
    init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Value.self))
    }

    @usableFromInline
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
