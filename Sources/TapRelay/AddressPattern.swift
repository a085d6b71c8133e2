import TapWire

/// Which senders or recipients are meant: one address, all of a domain, or the null sender.
public enum AddressPattern: Hashable, Sendable {
    /// The null sender, `<>`.
    case null
    /// Every address whose domain is this one.
    case domain(MailAddress.Destination)
    /// One address: the local part as it is written, the domain in any case.
    case mailbox(localPart: String, MailAddress.Destination)

    /// Whether `path`, the argument of MAIL or RCPT with or without brackets, is meant; a source route is looked past.
    public func matches(_ path: String) -> Bool {
        let address = MailAddress(path)
        switch self {
        case .null: return address.destination == .nobody
        case .domain(let destination): return address.destination == destination
        case .mailbox(let localPart, let destination):
            return address.destination == destination && address.localPart == localPart
        }
    }
}

extension AddressPattern: LosslessStringConvertible {
    /// Reads `<>`, `@example.org`, or an address with or without its angle brackets.
    public init?(_ description: String) {
        guard !description.isEmpty else { return nil }
        guard !description.hasPrefix("@") else {
            let destination = MailAddress("any" + description).destination
            guard destination.isNamed else { return nil }
            self = .domain(destination)
            return
        }
        let address = MailAddress(description)
        switch address.destination {
        case .nobody: self = .null
        case .unreadable: return nil
        case .withoutDomain, .domain, .literal:
            guard !address.localPart.isEmpty else { return nil }
            self = .mailbox(localPart: address.localPart, address.destination)
        }
    }

    /// The pattern as it is read.
    public var description: String {
        switch self {
        case .null: "<>"
        case .domain(let destination): destination.suffix
        case .mailbox(let localPart, let destination): localPart + destination.suffix
        }
    }
}

extension MailAddress.Destination {
    /// True if there is a name or an address behind the `@`.
    fileprivate var isNamed: Bool {
        switch self {
        case .domain, .literal: true
        case .nobody, .withoutDomain, .unreadable: false
        }
    }

    /// The `@` and what follows it; empty if nothing does.
    fileprivate var suffix: String {
        switch self {
        case .domain(let domain): "@\(domain)"
        case .literal(let address): address.isIPv6 ? "@[IPv6:\(address)]" : "@[\(address)]"
        case .nobody, .withoutDomain, .unreadable: ""
        }
    }
}
