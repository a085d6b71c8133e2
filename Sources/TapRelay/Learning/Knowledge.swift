import TapWire

/// Something that was learned of who is who, with the evidence, as it is shown and written as JSON.
public struct Knowledge: Hashable, Sendable, Codable {
    /// What it is about.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// A mail domain.
        case domain
        /// A host that the servers hand mail to.
        case nextHop = "next-hop"
        /// A host outside that relays without a login.
        case relayer
    }

    /// What it is about.
    public var kind: Kind
    /// The domain's name or the host's address.
    public var name: String
    /// What is thought of it: a `DomainRole`, `next-hop`, `smart-host` or `relays`.
    public var role: String
    /// Why: one sentence with the numbers.
    public var why: String
    /// When it was seen first, RFC 3339.
    public var first: String
    /// When it was seen last.
    public var last: String
}

extension RelayMemory {
    /// What was learned of who is who, the surest and the most important first.
    public var knowledge: [Knowledge] { who.knowledge }
}

extension WhoIsWho {
    /// Next hops and relayers that are told of, busiest first.
    private static let toldHosts = 20

    fileprivate var knowledge: [Knowledge] {
        domainKnowledge + hopKnowledge + relayerKnowledge
    }

    private var domainKnowledge: [Knowledge] {
        let known = domains.pairs.map {
            (name: $0.key.name, record: $0.value, role: role(of: $0.key))
        }
        .filter { $0.role != .unknown && $0.role != .foreign }
        let order = DomainRole.allCases
        let sorted = known.sorted {
            (order.firstIndex(of: $0.role) ?? 0, $0.name) < (
                order.firstIndex(of: $1.role) ?? 0, $1.name
            )
        }
        return sorted.map { domain in
            Knowledge(
                kind: .domain,
                name: String(wire: domain.name, limit: 200),
                role: domain.role.rawValue,
                why: domain.record.evidence,
                first: domain.record.first.rfc3339,
                last: domain.record.last.rfc3339
            )
        }
    }

    private var hopKnowledge: [Knowledge] {
        let total = hops.values.reduce(0) { $0 + $1.messages }
        let busiest = hops.pairs.sorted {
            ($1.value.messages, $0.key.description) < ($0.value.messages, $1.key.description)
        }
        return busiest.prefix(Self.toldHosts).map { address, hop in
            let isSmartHost = outlets.values.contains { $0.takesAll(address) }
            return Knowledge(
                kind: .nextHop,
                name: address.description,
                role: isSmartHost ? "smart-host" : "next-hop",
                why: """
                    took \(hop.messages) of \(counted(total, "message")) that went out, on \
                    \(counted(hop.days.count, "day"))
                    """,
                first: hop.first.rfc3339,
                last: hop.last.rfc3339
            )
        }
    }

    private var relayerKnowledge: [Knowledge] {
        let busiest = relayers.pairs.sorted {
            ($1.value.messages, $0.key.description) < ($0.value.messages, $1.key.description)
        }
        return busiest.prefix(Self.toldHosts).map { address, relayer in
            Knowledge(
                kind: .relayer,
                name: address.description,
                role: "relays",
                why: """
                    had \(counted(relayer.messages, "message")) to \(counted(relayer.recipients, "stranger")) \
                    taken without a login, on \(counted(relayer.days.count, "day")); if it may, name it in \
                    mail.networks
                    """,
                first: relayer.first.rfc3339,
                last: relayer.last.rfc3339
            )
        }
    }
}

extension DomainRecord {
    /// What was seen of the domain, in one sentence.
    fileprivate var evidence: String {
        var parts: [String] = []
        if inbound > 0 {
            parts.append(
                "taken from outside \(counted(inbound, "time")) on \(counted(inboundDays.count, "day")) "
                    + "from \(counted(inboundClients.count, "host"))"
            )
        }
        if onward > 0 {
            let places =
                hasManyHops ? "many hosts" : hops.map(\.description).joined(separator: ", ")
            parts.append("handed on \(counted(onward, "time")) to \(places)")
            if let onwardWithAll {
                parts.append("\(counted(onwardWithAll, "time")) with all other mail")
            }
        } else if inbound > 0 {
            parts.append("never handed on")
        }
        if own > 0 {
            parts.append(
                "used as sender by users \(counted(own, "time")) on \(counted(ownDays.count, "day"))"
            )
        }
        if foreignSenders.count > 0 {
            parts.append(
                "brought as sender by \(counted(foreignSenders.count, "host")) outside"
            )
        }
        if denied > 0 { parts.append("refused as relay \(counted(denied, "time"))") }
        return parts.joined(separator: "; ")
    }
}

/// `1 day`, `3 days`.
private func counted(_ count: some BinaryInteger, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
}
