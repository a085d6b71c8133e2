/// A value that many look at: handed on by reference, so that nobody copies it, and never changed.
///
/// Readers in other modules see through it: an accessor that is called there takes memory for its frame each time.
@dynamicMemberLookup
public final class Shared<Value: Sendable>: Sendable {
    /// The value, which is read where it lies.
    public let value: Value

    /// Puts `value` where all can read it.
    @inlinable
    public init(_ value: consuming Value) { self.value = value }

    /// What the value has.
    @inlinable
    public subscript<Member>(dynamicMember member: KeyPath<Value, Member>) -> Member {
        value[keyPath: member]
    }
}

extension Shared: Equatable where Value: Equatable {
    /// True if both are the same, or hold the same.
    public static func == (one: Shared, other: Shared) -> Bool {
        one === other || one.value == other.value
    }
}

extension Shared: Hashable where Value: Hashable {
    /// Hashes the value.
    public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension Shared: CustomStringConvertible {
    /// What describes the value.
    public var description: String { String(describing: value) }
}
