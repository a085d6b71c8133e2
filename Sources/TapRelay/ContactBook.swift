import TapWire

/// Whom the house writes to: addresses and domains that are no strangers to its users.
///
/// A recipient in it is never novel. It does not make anybody free to relay.
public struct ContactBook: Hashable, Sendable {
    /// A line that could not be read.
    public struct Mistake: Hashable, Sendable {
        /// The number of the line, from 1.
        public let line: Int
        /// What stands there, harmless and short.
        public let text: String
    }

    /// How many contacts are kept; further ones are mistakes.
    public static let limit = 100_000

    private var addresses: Set<UInt64> = []
    private var domains: Set<MailDomain> = []

    /// Creates an empty book.
    public init() {}

    /// How many contacts it has.
    public var count: Int { addresses.count + domains.count }

    /// Reads a book: an address, a domain or `@domain` a line; empty lines and what stands behind `#` do not count.
    ///
    /// - Returns: The lines that could not be read; the others are used.
    public mutating func read(_ text: String) -> [Mistake] {
        var mistakes: [Mistake] = []
        for (index, line) in text.split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        )
        .enumerated() {
            let entry = line.prefix { $0 != "#" }.trimmingBlanks
            guard !entry.isEmpty else { continue }
            guard count < Self.limit, insert(String(entry)) else {
                let shown = String(wire: Array(entry.utf8), limit: 60)
                mistakes.append(Mistake(line: index + 1, text: shown))
                continue
            }
        }
        return mistakes
    }

    private mutating func insert(_ entry: String) -> Bool {
        guard !entry.contains(where: { $0.isWhitespace || $0 == "," || $0 == ";" }) else {
            return false
        }
        guard entry.contains("@") else { return insert(domain: MailDomain(entry)) }
        let address = MailAddress(entry)
        guard let domain = address.domain, domain.isQualified else { return false }
        guard !entry.hasPrefix("@") else { return insert(domain: domain) }
        guard !address.localPart.isEmpty else { return false }
        addresses.insert(Self.digest(address.localPart, domain))
        return true
    }

    private mutating func insert(domain: MailDomain?) -> Bool {
        guard let domain, domain.isQualified else { return false }
        domains.insert(domain)
        return true
    }

    /// True if `address`, or the domain it is in, is a contact.
    public func contains(_ address: MailAddress) -> Bool {
        guard count > 0, let domain = address.domain else { return false }
        return domains.contains(domain)
            || addresses.contains(Self.digest(address.localPart, domain))
    }

    private static func digest(_ localPart: String, _ domain: MailDomain) -> UInt64 {
        var digest = Digest()
        digest.combine(localPart.lowercased())
        digest.combine(domain.name)
        return digest.value
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        let rest = drop(while: \.isWhitespace)
        guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return rest[...last]
    }
}
