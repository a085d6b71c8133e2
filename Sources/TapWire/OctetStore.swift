/// Memory in which frames lie, which stays as it is for as long as anybody looks into it.
public protocol OctetStore: AnyObject, Sendable {
    /// All of it.
    var octets: Span<UInt8> { @_lifetime(borrow self) get }

    /// True if the octets are there for as long as the store is; false if others take their place once nobody looks into it.
    var isLasting: Bool { get }

    /// Fetches octets that will be looked at soon, without waiting for them.
    func fetch(_ range: Range<Int>)
}

/// No memory.
public final class NoOctets: OctetStore {
    /// Holds nothing.
    public init() {}

    /// Nothing.
    public var octets: Span<UInt8> {
        @_lifetime(borrow self)
        get { Span() }
    }

    /// There is nothing that could last.
    public var isLasting: Bool { false }

    /// Does nothing.
    public func fetch(_ range: Range<Int>) {}
}
