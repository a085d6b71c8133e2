/// What makes the hashes of one table its own.
///
/// Public, as `SlotIndex` is.
public struct HashSecret: Sendable, BitwiseCopyable {
    @usableFromInline let first = UInt64.random(in: .min ... .max)
    @usableFromInline let second = UInt64.random(in: .min ... .max)

    /// One for tables of which there are many.
    package static let shared = HashSecret()

    /// A secret of its own.
    package init() {}

    /// Folds the product of two words, each made unforeseeable first.
    @inlinable
    public func folded(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (high, low) = (one ^ first).multipliedFullWidth(by: other ^ second)
        return high ^ low
    }
}
