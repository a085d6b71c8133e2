public import TapWire

/// Octets in memory of the program's own, which are not written any more.
public final class OctetArray: OctetStore {
    /// The octets.
    let array: [UInt8]

    /// False if the array is written again once nobody looks into it.
    public let isLasting: Bool

    /// Holds `array`.
    public init(_ array: [UInt8], isLasting: Bool = true) {
        self.array = array
        self.isLasting = isLasting
    }

    /// All of them.
    public var octets: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            guard let start = unsafe start else { return Span() }
            // SAFETY: the array is kept for as long as its owner lives, which the span depends on.
            return unsafe _overrideLifetime(
                Span(_unsafeStart: start, count: array.count),
                borrowing: self
            )
        }
    }

    /// Fetches octets that will be looked at soon.
    public func fetch(_ range: Range<Int>) {
        // SAFETY: what is not there is not fetched.
        if let start = unsafe start { unsafe FileMapping.fetch(start, range) }
    }

    // SAFETY: an array that is kept and never changed does not move.
    private var start: UnsafePointer<UInt8>? {
        unsafe array.withUnsafeBufferPointer { $0.baseAddress }
    }
}
