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
    public var localPart: String { String(decoding: localOctets, as: UTF8.self) }
    /// Where the mail would go.
    public let destination: Destination
    /// What is odd about the local part.
    package let forms: Forms

    /// `localPart` in octets.
    let localOctets: ArraySlice<UInt8>

    /// Reads a path, with or without its angle brackets.
    public init(_ path: String) {
        let octets = Array(path.utf8)
        guard let inner = Self.inner(of: octets) else {
            self.init(localPart: [], destination: .nobody, isRouted: false)
            return
        }
        let mailbox = Self.mailbox(of: octets[inner])
        let isRouted = mailbox.startIndex != inner.lowerBound
        guard let at = Self.lastAt(in: mailbox) else {
            self.init(localPart: mailbox, destination: .withoutDomain, isRouted: isRouted)
            return
        }
        let destination = Self.destination(mailbox[mailbox.index(after: at)...].withoutOuterBlanks)
        self.init(localPart: mailbox[..<at], destination: destination, isRouted: isRouted)
    }

    /// Where what stands between the angle brackets begins and ends, without blanks at its ends; nil if that is nothing.
    private static func inner(of path: [UInt8]) -> Range<Int>? {
        let octets = path.span
        var (start, end) = (0, octets.count)
        if start < end, octets[start] == UInt8(ascii: "<") { start += 1 }
        if start < end, octets[end - 1] == UInt8(ascii: ">") { end -= 1 }
        while start < end, octets[start].isOuterBlank { start += 1 }
        while start < end, octets[end - 1].isOuterBlank { end -= 1 }
        return start < end ? start..<end : nil
    }

    private init(localPart octets: ArraySlice<UInt8>, destination: Destination, isRouted: Bool) {
        var forms: Forms = isRouted ? .sourceRoute : []
        for octet in octets {
            switch octet {
            case UInt8(ascii: "%"): forms.insert(.percentHack)
            case UInt8(ascii: "!"): forms.insert(.bangPath)
            case UInt8(ascii: "@"): forms.insert(.doubleAt)
            default: continue
            }
        }
        localOctets = octets
        self.destination = destination
        self.forms = forms
    }

    /// What follows a source route; everything if there is none.
    private static func mailbox(of octets: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard octets.first == UInt8(ascii: "@") else { return octets }
        var isLiteral = false
        for index in octets.indices {
            switch octets[index] {
            case UInt8(ascii: "["): isLiteral = true
            case UInt8(ascii: "]"): isLiteral = false
            case UInt8(ascii: ":") where !isLiteral: return octets[octets.index(after: index)...]
            default: continue
            }
        }
        return octets
    }

    /// The last `@` outside quotes; the last of all if the quotes do not match.
    private static func lastAt(in octets: ArraySlice<UInt8>) -> Int? {
        var isQuoted = false
        var isEscaped = false
        var last: Int?
        for index in octets.indices {
            switch octets[index] {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "@") where !isQuoted: last = index
            default: continue
            }
        }
        return isQuoted ? octets.lastIndex(of: UInt8(ascii: "@")) : last
    }

    private static func destination(_ octets: ArraySlice<UInt8>) -> Destination {
        guard octets.first == UInt8(ascii: "[") else {
            return MailDomain(octets: octets).map(Destination.domain) ?? .unreadable
        }
        guard octets.last == UInt8(ascii: "]") else { return .unreadable }
        var inner = octets.dropFirst().dropLast()
        let tag = Array("ipv6:".utf8)
        if inner.prefix(tag.count).map(\.lowercasedASCII) == tag {
            inner = inner.dropFirst(tag.count)
        }
        return IPAddress(String(decoding: inner, as: UTF8.self)).map(Destination.literal)
            ?? .unreadable
    }
}

extension MailAddress {
    /// Adds the address as it is compared: letters in either case are the same.
    func combineFolded(into digest: inout Digest) {
        for octet in localOctets { digest.combine(octet.lowercasedASCII) }
        if case .domain(let domain) = destination {
            digest.combine(UInt8(ascii: "@"))
            digest.combine(domain.name)
        } else {
            digest.combine("")
        }
    }
}

extension ArraySlice<UInt8> {
    /// The octets without blanks and tabs at the ends.
    fileprivate var withoutOuterBlanks: ArraySlice<UInt8> {
        // Most have none.
        guard first?.isOuterBlank ?? false || last?.isOuterBlank ?? false else { return self }
        let rest = drop(while: \.isOuterBlank)
        guard let last = rest.lastIndex(where: { !$0.isOuterBlank }) else { return [] }
        return rest[...last]
    }
}

extension UInt8 {
    fileprivate var isOuterBlank: Bool { self == 0x20 || self == 0x09 }
}
