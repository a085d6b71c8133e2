package import TapFlow
import TapObserve
import TapWire

/// A key of a table, which says how it is hashed there.
package protocol TableKey: Hashable, Codable, Sendable {
    /// A hash of the whole key, which no peer can foresee.
    func hash(with secret: HashSecret) -> Int
}

extension TableKey {
    /// What the standard library makes of it, for keys of many parts.
    package func hash(with secret: HashSecret) -> Int { hashValue }
}

extension UInt64: TableKey {
    /// One multiplication.
    package func hash(with secret: HashSecret) -> Int { secret.hash(self, 0) }
}

extension IPAddress: TableKey {
    /// One multiplication of its two halves.
    package func hash(with secret: HashSecret) -> Int { secret.hash(low, high) }
}

extension PostureKey: TableKey {
    /// Of server and port: they have two sides at the most.
    package func hash(with secret: HashSecret) -> Int {
        secret.hash(server.low ^ UInt64(port) << 48, server.high)
    }
}

extension AlertBudget.Key {
    /// One multiplication: the digest of the subject is a number already.
    package func hash(with secret: HashSecret) -> Int {
        let kind = UInt64(truncatingIfNeeded: rule << 2 ^ severity.rawValue)
        return secret.hash(server.low ^ subject, server.high ^ kind)
    }
}

extension IncidentBook.Key {
    /// Of server and subject: they have a few classes at the most, and mostly no subject.
    package func hash(with secret: HashSecret) -> Int {
        guard !subject.isEmpty else { return server.hash(with: secret) }
        return secret.hash(
            server.low ^ UInt64(truncatingIfNeeded: subject.hashValue),
            server.high
        )
    }
}

extension MailDomain: TableKey {
    /// One multiplication for eight octets of its name each.
    package func hash(with secret: HashSecret) -> Int {
        let octets = name.utf8.span
        let whole = octets.count & ~7
        var hash = UInt64(octets.count)
        for start in stride(from: 0, to: whole, by: 8) {
            hash = secret.folded(hash, octets.uint64(at: start))
        }
        var rest: UInt64 = 0
        for index in whole..<octets.count { rest = rest << 8 | UInt64(octets[index]) }
        return Int(truncatingIfNeeded: secret.folded(hash, rest))
    }
}

extension Int: TableKey {}

extension HashSecret {
    fileprivate func hash(_ one: UInt64, _ other: UInt64) -> Int {
        Int(truncatingIfNeeded: folded(one, other))
    }
}
