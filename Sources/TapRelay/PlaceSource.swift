public import TapWire

/// A table of addresses that the rules ask: one and the same is equal to itself alone.
public struct PlaceSource: Hashable, Sendable {
    /// The table.
    public let table: any AddressTable

    /// Takes a table.
    public init(_ table: any AddressTable) { self.table = table }

    /// Where `address` is; nil for one that has a meaning inside a site only, whatever the table says, or that it does not know.
    func place(of address: IPAddress) -> Place? {
        address.isOfASite ? nil : table.place(of: address)
    }

    /// True if both are the same object.
    public static func == (one: Self, other: Self) -> Bool { one.table === other.table }

    /// Hashes which object it is.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(table)) }
}

extension IPAddress {
    /// True for an address that means another host at each site, or none.
    fileprivate var isOfASite: Bool {
        isPrivate || isLoopback || isLinkLocal || isSharedSpace || isMulticast || isUnspecified
    }
}
