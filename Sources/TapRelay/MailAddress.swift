public import TapWire

/// Whom a path of MAIL or RCPT names, read as a mail server would: the domain is what follows the last `@`.
///
/// Total: any text has a reading. What no server would agree on is `.unreadable`, and no rule accuses on that.
public struct MailAddress: Hashable, Sendable {
    /// Where the mail would go.
    public enum Destination: Hashable, Sendable {
        /// `<>`.
        case nobody
        /// A mailbox without a domain: the server's own.
        case withoutDomain
        /// A domain.
        case domain(MailDomain)
        /// An address literal, such as `[192.0.2.1]` (RFC 5321 section 4.1.3).
        case literal(IPAddress)
        /// No domain that could be one.
        case unreadable
    }

    /// Old ways to name a second destination inside an address; noted only, what matters is the last domain.
    package struct Forms: OptionSet, Hashable, Sendable {
        /// One bit for each form.
        package var rawValue: UInt8

        /// Creates forms from their bits.
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `@a,@b:user@c` (RFC 5321 appendix C): servers must ignore the route.
        package static let sourceRoute = Forms(rawValue: 1)
        /// `user%c@local`.
        package static let percentHack = Forms(rawValue: 2)
        /// `c!user@local`.
        package static let bangPath = Forms(rawValue: 4)
        /// A second `@` in the local part.
        package static let doubleAt = Forms(rawValue: 8)
    }

    /// What stands before the last `@`, a source route taken off.
    public var localPart: String { String(local) }
    /// Where the mail would go.
    public let destination: Destination
    /// What is odd about the local part.
    package let forms: Forms

    /// `localPart` where it lies in the path.
    let local: Substring

    /// Reads a path, with or without its angle brackets.
    public init(_ path: String) {
        let octets = path.utf8.span
        guard let inner = Self.inner(of: octets) else {
            (local, destination, forms) = ("", .nobody, [])
            return
        }
        let mailbox = Self.mailbox(in: octets, inner)
        let at = Self.lastAt(in: octets, mailbox)
        let place = mailbox.lowerBound..<(at ?? mailbox.upperBound)
        local = path.part(place)
        destination =
            at.map { at in
                let rest = Self.withoutOuterBlanks(octets, (at + 1)..<mailbox.upperBound)
                return Self.destination(path.part(rest))
            } ?? .withoutDomain
        let forms = Self.forms(of: octets.extracting(place))
        self.forms = mailbox == inner ? forms : forms.union(.sourceRoute)
    }

    /// Where what stands between the angle brackets begins and ends, without blanks at its ends; nil if that is nothing.
    private static func inner(of octets: Span<UInt8>) -> Range<Int>? {
        var (start, end) = (0, octets.count)
        if start < end, octets[start] == UInt8(ascii: "<") { start += 1 }
        if start < end, octets[end - 1] == UInt8(ascii: ">") { end -= 1 }
        let inner = withoutOuterBlanks(octets, start..<end)
        return inner.isEmpty ? nil : inner
    }

    /// The place without blanks and tabs at its ends.
    private static func withoutOuterBlanks(_ octets: Span<UInt8>, _ place: Range<Int>)
        -> Range<Int>
    {
        var (start, end) = (place.lowerBound, place.upperBound)
        while start < end, octets[start].isOuterBlank { start += 1 }
        while start < end, octets[end - 1].isOuterBlank { end -= 1 }
        return start..<end
    }

    /// What is odd about a local part of these octets.
    private static func forms(of octets: Span<UInt8>) -> Forms {
        var forms: Forms = []
        for index in octets.indices {
            switch octets[index] {
            case UInt8(ascii: "%"): forms.insert(.percentHack)
            case UInt8(ascii: "!"): forms.insert(.bangPath)
            case UInt8(ascii: "@"): forms.insert(.doubleAt)
            default: continue
            }
        }
        return forms
    }

    /// What follows a source route; everything if there is none.
    private static func mailbox(in octets: Span<UInt8>, _ place: Range<Int>) -> Range<Int> {
        guard octets[place.lowerBound] == UInt8(ascii: "@") else { return place }
        var isLiteral = false
        for index in place {
            switch octets[index] {
            case UInt8(ascii: "["): isLiteral = true
            case UInt8(ascii: "]"): isLiteral = false
            case UInt8(ascii: ":") where !isLiteral: return (index + 1)..<place.upperBound
            default: continue
            }
        }
        return place
    }

    /// The last `@` outside quotes; the last of all if the quotes do not match.
    private static func lastAt(in octets: Span<UInt8>, _ place: Range<Int>) -> Int? {
        var last: Int?
        for index in place {
            switch octets[index] {
            case UInt8(ascii: "@"): last = index
            // In few addresses anything is quoted.
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): return lastUnquotedAt(in: octets, place)
            default: continue
            }
        }
        return last
    }

    private static func lastUnquotedAt(in octets: Span<UInt8>, _ place: Range<Int>) -> Int? {
        var isQuoted = false
        var isEscaped = false
        var last: Int?
        for index in place {
            switch octets[index] {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "@") where !isQuoted: last = index
            default: continue
            }
        }
        return isQuoted ? place.last { octets[$0] == UInt8(ascii: "@") } : last
    }

    private static func destination(_ text: Substring) -> Destination {
        let octets = text.utf8
        guard octets.first == UInt8(ascii: "[") else {
            return MailDomain(text).map(Destination.domain) ?? .unreadable
        }
        guard octets.last == UInt8(ascii: "]") else { return .unreadable }
        var inner = octets.dropFirst().dropLast()
        let tag = Array("ipv6:".utf8)
        if inner.prefix(tag.count).map(\.lowercasedASCII) == tag {
            inner = inner.dropFirst(tag.count)
        }
        return IPAddress(String(Substring(inner))).map(Destination.literal) ?? .unreadable
    }
}

extension MailAddress {
    /// True if both have the same destination, and the same local part to the octet.
    public static func == (one: MailAddress, other: MailAddress) -> Bool {
        one.destination == other.destination && one.forms == other.forms
            && one.local.utf8.elementsEqual(other.local.utf8)
    }

    /// Hashes the octets of the local part, and the destination.
    public func hash(into hasher: inout Hasher) {
        for octet in local.utf8 { hasher.combine(octet) }
        hasher.combine(destination)
    }

    /// Adds the address as it is compared: letters in either case are the same.
    func combineFolded(into digest: inout Digest) {
        digest.combineFolded(local)
        if case .domain(let domain) = destination {
            digest.combine(UInt8(ascii: "@"))
            digest.combine(domain.name)
        } else {
            digest.combine("")
        }
    }
}

extension UInt8 {
    fileprivate var isOuterBlank: Bool { self == 0x20 || self == 0x09 }
}
