/// A mail domain in the one form in which domains are compared.
///
/// ASCII letters are lower case and a trailing dot is gone; octets beyond ASCII stay as they are, so that a domain
/// in UTF-8 (RFC 6531) is never mixed up with another one by case rules of some language.
public struct MailDomain: Hashable, Sendable {
    /// The domain, such as `example.org`.
    public let name: String

    /// How many octets a domain may have (RFC 5321 section 4.5.3.1.2).
    public static let maximumLength = 255

    /// Reads a domain; nil if it is empty or too long, has an empty label, or holds an octet no domain has.
    ///
    /// A leading dot, the way some servers write "and all below", is taken off: what lies below a local domain is
    /// never a stranger's (see `contains(_:)`).
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        // Most texts are domains as they stand, and are not copied.
        if Self.form(of: text.utf8.span) == Form(place: 0..<text.utf8.count, hasUpperCase: false) {
            self.init(valid: text)
        } else {
            self.init(octets: Array(text.utf8)[...])
        }
    }

    /// Reads a domain from its octets in UTF-8.
    init?(octets: ArraySlice<UInt8>) {
        guard let form = Self.form(of: octets.span) else { return nil }
        let octets = octets.dropFirst(form.place.lowerBound).prefix(form.place.count)
        name =
            form.hasUpperCase
            ? String(decoding: octets.map(\.lowercasedASCII), as: UTF8.self)
            : String(decoding: octets, as: UTF8.self)
    }

    /// Where a domain stands among octets, and whether its letters must be changed.
    private struct Form: Equatable {
        var place: Range<Int>
        var hasUpperCase: Bool
    }

    /// How the domain stands in `octets`; nil if it is none.
    private static func form(of octets: Span<UInt8>) -> Form? {
        var (start, end) = (0, octets.count)
        if start < end, octets[start] == UInt8(ascii: ".") { start += 1 }
        if start < end, octets[end - 1] == UInt8(ascii: ".") { end -= 1 }
        guard (1...maximumLength).contains(end - start) else { return nil }
        var isLabelEmpty = true
        var hasUpperCase = false
        for index in start..<end {
            let octet = octets[index]
            guard octet.isDomainOctet, !(isLabelEmpty && octet == UInt8(ascii: ".")) else {
                return nil
            }
            isLabelEmpty = octet == UInt8(ascii: ".")
            if octet != octet.lowercasedASCII { hasUpperCase = true }
        }
        return isLabelEmpty ? nil : Form(place: start..<end, hasUpperCase: hasUpperCase)
    }

    private init(valid name: String) { self.name = name }

    /// How many labels the domain has: 2 for `example.org`.
    public var labelCount: Int { name.utf8.count { $0 == UInt8(ascii: ".") } + 1 }

    /// True if it has more than one label.
    var isQualified: Bool { name.utf8.contains(UInt8(ascii: ".")) }

    /// The domain without its first label; nil for one of a single label.
    public var parent: MailDomain? {
        guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        return MailDomain(valid: String(name[name.utf8.index(after: dot)...]))
    }

    /// True if `isWanted` holds for a domain above this one that has `labels` labels at least.
    func hasAncestor(ofAtLeast labels: Int, where isWanted: (MailDomain) -> Bool) -> Bool {
        var rest = name.utf8[...]
        for _ in 0..<max(0, labelCount - labels) {
            guard let dot = rest.firstIndex(of: UInt8(ascii: ".")) else { return false }
            rest = rest[rest.index(after: dot)...]
            if isWanted(MailDomain(valid: String(Substring(rest)))) { return true }
        }
        return false
    }

    /// Whether `other` is this domain or lies below it.
    public func contains(_ other: MailDomain) -> Bool {
        let (own, others) = (name.utf8, other.name.utf8)
        guard others.count > own.count else { return other == self }
        return others.dropLast(own.count).last == UInt8(ascii: ".")
            && others.suffix(own.count).elementsEqual(own)
    }
}

extension MailDomain: LosslessStringConvertible {
    /// Reads a domain.
    public init?(_ description: String) { self.init(description[...]) }

    /// The domain.
    public var description: String { name }
}

extension UInt8 {
    /// ASCII upper case to lower case; everything else unchanged.
    var lowercasedASCII: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }

    /// True for what may stand in a domain: letters, digits, `-`, `_`, `.`, and octets of UTF-8.
    fileprivate var isDomainOctet: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x80...0xFF: true
        default: false
        }
    }
}
