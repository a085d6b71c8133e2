import TapWire

/// The destination that an odd form of address hides, and where the mail goes if the server follows the form.
///
/// Total: any text has a reading or none. An address that only looks odd (a tag, a bounce address, a `%` in a local part)
/// hides nothing unless what it hides has a domain of somebody else, which the caller finds out.
struct HiddenDestination: Hashable, Sendable {
    /// The form.
    let form: RelayForm
    /// Where the mail goes.
    let address: MailAddress

    /// Reads a path; nil if it hides nothing.
    init?(_ path: String) {
        guard Self.isOdd(path), let reading = Self.reading(of: path) else { return nil }
        self = reading
    }

    private static func reading(of path: String) -> HiddenDestination? {
        var octets = Array(path.utf8)[...]
        if octets.first == UInt8(ascii: "<") { octets = octets.dropFirst() }
        if octets.last == UInt8(ascii: ">") { octets = octets.dropLast() }
        let address = MailAddress(path)
        if address.forms.contains(.sourceRoute) {
            return HiddenDestination(form(ofRoute: octets), address)
        }
        switch address.destination {
        case .nobody: return nil
        case .withoutDomain: return alone(address.localPart)
        case .unreadable: return unreadable(address.localPart, octets)
        case .domain:
            return inside(address.localPart, isLiteral: false) ?? plain(address, octets)
        case .literal:
            return inside(address.localPart, isLiteral: true) ?? plain(address, octets)
        }
    }

    private init(_ form: RelayForm, _ address: MailAddress) {
        self.form = form
        self.address = address
    }

    /// True if the path has more in it than a name, an `@` and a domain: most have not.
    private static func isOdd(_ path: String) -> Bool {
        var ats = 0
        var last: UInt8 = 0
        let octets = path.utf8.span
        for index in octets.indices {
            let octet = octets[index]
            switch octet {
            case UInt8(ascii: "@"): ats += 1
            case UInt8(ascii: "%"), UInt8(ascii: "!"), UInt8(ascii: "\""), UInt8(ascii: "["),
                UInt8(ascii: "("), UInt8(ascii: ","), 0x20, 0x09:
                return true
            case UInt8(ascii: ">") where last == UInt8(ascii: "."): return true
            default: break
            }
            last = octet
        }
        return ats > 1
    }

    private static func form(ofRoute octets: ArraySlice<UInt8>) -> RelayForm {
        let route = octets.prefix { $0 != UInt8(ascii: ":") }
        if route.contains(UInt8(ascii: ",")) { return .longRoute }
        return octets.dropFirst().first == UInt8(ascii: "[") ? .routeByLiteral : .route
    }

    /// A local part without a domain behind it.
    private static func alone(_ local: String) -> HiddenDestination? {
        if let inner = quoted(local) {
            let isWhole = local.utf8.last == UInt8(ascii: "\"")
            if inner.utf8.contains(UInt8(ascii: "@")) {
                return HiddenDestination(isWhole ? .quoted : .missingAt, MailAddress(inner))
            }
            return percent(inner).map { HiddenDestination(.quotedPercent, $0) }
        }
        return bang(local).map { HiddenDestination(.bang, $0) }
            ?? percent(local).map { HiddenDestination(.percentAlone, $0) }
    }

    /// A local part with something behind it that is no domain.
    private static func unreadable(_ local: String, _ octets: ArraySlice<UInt8>)
        -> HiddenDestination?
    {
        guard octets.last == UInt8(ascii: "@"), local.utf8.contains(UInt8(ascii: "@")) else {
            return nil
        }
        return HiddenDestination(.emptyDomain, MailAddress(local))
    }

    /// A local part in front of a domain or an address.
    private static func inside(_ local: String, isLiteral: Bool) -> HiddenDestination? {
        if let inner = quoted(local) {
            guard inner.utf8.contains(UInt8(ascii: "@")) else { return nil }
            let isEscaped = local.utf8.contains(UInt8(ascii: "\\"))
            return HiddenDestination(isEscaped ? .escaped : .quotedAt, MailAddress(inner))
        }
        if local.utf8.contains(UInt8(ascii: "@")) {
            if let comma = local.utf8.firstIndex(of: UInt8(ascii: ",")) {
                return HiddenDestination(.list, MailAddress(String(local[..<comma])))
            }
            return HiddenDestination(isLiteral ? .doubleAtLiteral : .doubleAt, MailAddress(local))
        }
        if let address = percent(local) {
            guard !local.utf8.contains(UInt8(ascii: "!")) else {
                return HiddenDestination(.bangAndPercent, address)
            }
            return HiddenDestination(isLiteral ? .percentAtLiteral : .percent, address)
        }
        return bang(local).map {
            HiddenDestination(isLiteral ? .bangAtLiteral : .bangAtName, $0)
        }
    }

    /// An address with nothing hidden in its local part, whose domain is odd.
    private static func plain(_ address: MailAddress, _ octets: ArraySlice<UInt8>)
        -> HiddenDestination?
    {
        switch address.destination {
        case .literal: return HiddenDestination(.foreignLiteral, address)
        case .domain:
            if octets.last == UInt8(ascii: ".") { return HiddenDestination(.trailingDot, address) }
            if let last = octets.last, last == 0x20 || last == 0x09 {
                return HiddenDestination(.blankInDomain, address)
            }
            return octets.contains(UInt8(ascii: "("))
                ? HiddenDestination(.escaped, address) : nil
        case .nobody, .withoutDomain, .unreadable: return nil
        }
    }

    /// What stands between quotes at the beginning, escapes taken off; nil if it does not begin with a quote.
    private static func quoted(_ local: String) -> String? {
        guard local.utf8.first == UInt8(ascii: "\"") else { return nil }
        var inner: [UInt8] = []
        var isEscaped = false
        for octet in local.utf8.dropFirst() {
            if isEscaped {
                inner.append(octet)
                isEscaped = false
            } else if octet == UInt8(ascii: "\\") {
                isEscaped = true
            } else if octet == UInt8(ascii: "\"") {
                break
            } else {
                inner.append(octet)
            }
        }
        return String(decoding: inner, as: UTF8.self)
    }

    /// `user%domain` as `user@domain`.
    private static func percent(_ local: String) -> MailAddress? {
        guard let mark = local.utf8.lastIndex(of: UInt8(ascii: "%")) else { return nil }
        return MailAddress("\(local[..<mark])@\(local[local.utf8.index(after: mark)...])")
    }

    /// `domain!user` as `user@domain`.
    private static func bang(_ local: String) -> MailAddress? {
        guard let mark = local.utf8.firstIndex(of: UInt8(ascii: "!")) else { return nil }
        return MailAddress("\(local[local.utf8.index(after: mark)...])@\(local[..<mark])")
    }
}

extension MailAddress {
    /// The digest of the mailbox: the same for the same mailbox in either case, with a route or without.
    var digest: UInt64 {
        var digest = Digest()
        digest.combineFolded(local)
        digest.combine(UInt8(0xFF))
        switch destination {
        case .domain(let domain): digest.combine(domain.name)
        case .literal(let address): digest.combine(address)
        case .nobody: digest.combine(UInt8(0))
        case .withoutDomain: digest.combine(UInt8(1))
        case .unreadable: digest.combine(UInt8(2))
        }
        return digest.value
    }
}
