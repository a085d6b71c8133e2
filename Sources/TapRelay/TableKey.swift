import TapWire

/// A key of a table, which says how it is hashed there.
package protocol TableKey: Hashable, Codable, Sendable {
    /// A hash in which every bit depends on the whole key, and on what no peer knows.
    func spread(by seed: TableSeed) -> UInt64
}

extension TableKey {
    /// What the standard library makes of it, for keys of many parts.
    package func spread(by seed: TableSeed) -> UInt64 { UInt64(bitPattern: Int64(hashValue)) }
}

/// Two secrets: who does not know them can choose no keys that fall on the same places.
package struct TableSeed: Sendable {
    private let (one, other): (UInt64, UInt64)

    /// From what the standard library seeds its own hashes with, once for each process.
    static let ofProcess = TableSeed(
        UInt64(bitPattern: Int64(1.hashValue)),
        UInt64(bitPattern: Int64(2.hashValue))
    )

    private init(_ one: UInt64, _ other: UInt64) { (self.one, self.other) = (one, other) }

    /// The two halves of one product, in which each number is hidden by a secret.
    func spread(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let (high, low) = (first ^ one).multipliedFullWidth(by: second ^ other)
        return high ^ low
    }
}

extension UInt64: TableKey {
    /// One multiplication: digests are spread already.
    package func spread(by seed: TableSeed) -> UInt64 { seed.spread(self, 0) }
}

extension IPAddress: TableKey {
    /// One multiplication of its two halves.
    package func spread(by seed: TableSeed) -> UInt64 { seed.spread(low, high) }
}

extension PostureKey: TableKey {
    /// Of server and port: they have two sides at the most.
    package func spread(by seed: TableSeed) -> UInt64 {
        seed.spread(server.low ^ UInt64(port) << 48, server.high)
    }
}

extension MailDomain: TableKey {}

extension Int: TableKey {}
