/// A mail domain in the one form in which domains are compared.
///
/// ASCII letters are lower case and a trailing dot is gone; octets beyond ASCII stay as they are, so that a domain
/// in UTF-8 (RFC 6531) is never mixed up with another one by case rules of some language.
public struct MailDomain: Hashable, Sendable {
    /// The domain, such as `example.org`.
    public let name: String
    /// How many labels the domain has: 2 for `example.org`.
    public let labelCount: Int

    /// How many octets a domain may have (RFC 5321 section 4.5.3.1.2).
    public static let maximumLength = 255

    /// Reads a domain; nil if it is empty or too long, has an empty label, or holds an octet no domain has.
    ///
    /// A leading dot, the way some servers write "and all below", is taken off: what lies below a local domain is
    /// never a stranger's (see `contains(_:)`).
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        // Most texts are domains as they stand, and are not copied.
        if let form = Self.form(of: text.utf8.span), form.place == 0..<text.utf8.count,
            !form.hasUpperCase
        {
            self.init(valid: text, labelCount: form.labelCount)
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
        labelCount = form.labelCount
    }

    /// Where a domain stands among octets, whether its letters must be changed, and of how many labels it is.
    private struct Form {
        var place: Range<Int>
        var hasUpperCase: Bool
        var labelCount: Int
    }

    /// How the domain stands in `octets`; nil if it is none.
    private static func form(of octets: Span<UInt8>) -> Form? {
        var (start, end) = (0, octets.count)
        if start < end, octets[start] == UInt8(ascii: ".") { start += 1 }
        if start < end, octets[end - 1] == UInt8(ascii: ".") { end -= 1 }
        guard (1...maximumLength).contains(end - start) else { return nil }
        var isLabelEmpty = true
        var hasUpperCase = false
        var labelCount = 1
        for index in start..<end {
            switch octets[index] {
            // Small letters, digits, `-`, `_`, and octets of UTF-8.
            case 0x61...0x7A, 0x30...0x39, 0x2D, 0x5F, 0x80...0xFF: isLabelEmpty = false
            case UInt8(ascii: "."):
                guard !isLabelEmpty else { return nil }
                isLabelEmpty = true
                labelCount += 1
            case 0x41...0x5A: (isLabelEmpty, hasUpperCase) = (false, true)
            default: return nil
            }
        }
        guard !isLabelEmpty else { return nil }
        return Form(place: start..<end, hasUpperCase: hasUpperCase, labelCount: labelCount)
    }

    private init(valid name: String, labelCount: Int) {
        (self.name, self.labelCount) = (name, labelCount)
    }

    /// True if both have the same name.
    public static func == (one: MailDomain, other: MailDomain) -> Bool { one.name == other.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// True if it has more than one label.
    var isQualified: Bool { labelCount > 1 }

    /// The domain without its first label; nil for one of a single label.
    public var parent: MailDomain? {
        guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        let rest = name[name.utf8.index(after: dot)...]
        return MailDomain(valid: String(rest), labelCount: labelCount - 1)
    }

    /// True if `isWanted` holds for a domain above this one that has `labels` labels at least.
    func hasAncestor(ofAtLeast labels: Int, where isWanted: (MailDomain) -> Bool) -> Bool {
        var rest = name.utf8[...]
        for above in (labels..<max(labels, labelCount)).reversed() {
            guard let dot = rest.firstIndex(of: UInt8(ascii: ".")) else { return false }
            rest = rest[rest.index(after: dot)...]
            let domain = MailDomain(valid: String(Substring(rest)), labelCount: above)
            if isWanted(domain) { return true }
        }
        return false
    }

    /// Whether `other` is this domain or lies below it.
    public func contains(_ other: MailDomain) -> Bool {
        let (own, others) = (name.utf8.span, other.name.utf8.span)
        let place = others.count - own.count
        guard place > 0 else { return other == self }
        return others[place - 1] == UInt8(ascii: ".")
            && others.extracting(droppingFirst: place).isEqual(to: own)
    }

    /// True if both lie directly below the same domain of at least two labels.
    func isSibling(of other: MailDomain) -> Bool {
        guard labelCount > 2, other.labelCount == labelCount else { return false }
        let (own, others) = (name.utf8.span, other.name.utf8.span)
        return own.extracting(droppingFirst: own.firstLabelLength)
            .isEqual(to: others.extracting(droppingFirst: others.firstLabelLength))
    }
}

extension MailDomain: LosslessStringConvertible {
    /// Reads a domain.
    public init?(_ description: String) { self.init(description[...]) }

    /// The domain.
    public var description: String { name }
}

extension Span<UInt8> {
    /// How many octets stand before the first dot; all of them if there is none.
    fileprivate var firstLabelLength: Int {
        indices.first { self[$0] == UInt8(ascii: ".") } ?? count
    }
}

extension UInt8 {
    /// ASCII upper case to lower case; everything else unchanged.
    var lowercasedASCII: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
