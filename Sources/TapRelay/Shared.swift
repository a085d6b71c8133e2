/// A value that many look at: handed on by reference, so that nobody copies it, and never changed.
@dynamicMemberLookup
final class Shared<Value: Sendable>: Sendable {
    /// The value, which is read where it lies.
    let value: Value

    init(_ value: Value) { self.value = value }

    /// What the value has.
    subscript<Member>(dynamicMember member: KeyPath<Value, Member>) -> Member {
        value[keyPath: member]
    }
}
