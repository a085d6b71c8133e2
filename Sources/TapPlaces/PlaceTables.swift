public import TapWire

/// Several tables as one: what one does not tell another may.
///
/// The first table that knows of a thing is the one that counts.
public final class PlaceTables: AddressTable {
    /// How many files there may be: countries, cities, operators, and one of the house's own.
    public static let maximumCount = 4

    /// The tables, the one that counts first first.
    public let tables: [PlaceTable]

    /// Joins `tables`.
    public init(_ tables: [PlaceTable]) { self.tables = tables }

    /// Where `address` is; nil if no table tells.
    public func place(of address: IPAddress) -> Place? {
        var place = Place()
        for table in tables {
            if let other = table.place(of: address) { place.complete(by: other) }
        }
        return place.isEmpty ? nil : place
    }

    /// When the oldest of those was made that tell of countries, cities or points.
    public var built: Timestamp? {
        tables.lazy.filter { !$0.contents.isDisjoint(with: [.countries, .cities, .points]) }
            .map(\.built).min()
    }
}

extension PlaceTables: Hashable {
    /// True if both are the same object.
    public static func == (one: PlaceTables, other: PlaceTables) -> Bool { one === other }

    /// Hashes which object it is.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
