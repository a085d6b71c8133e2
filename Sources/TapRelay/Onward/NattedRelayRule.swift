import TapMail
import TapObserve
import TapWire

/// `relay.natted`: the server relays for strangers because it takes the gateway for them.
///
/// Condition: a relay is proven by a message in clear text whose Received field by the server itself, known by its queue
/// id or else the newest, names an inside address for the client that no field names, while the wire shows another: a gateway
/// translates the addresses of strangers, and the server trusts the gateway. Inside are private addresses (RFC 1918, RFC
/// 4193), those of providers (RFC 6598), those that may relay, and, where the queue id tells that it is that message, those
/// of the server's own /24 or /48. Critical, as far as it is sure which side is ours; the incident becomes
/// one of a NAT-blinded relay.
///
/// Where no message leaves in clear text it is only a hint in the reason of a relay: that the server, which relays for
/// this client, has refused another within the last day.
///
/// Source: RFC 5321 section 4.4 has the server write the address it sees.
struct NattedRelayRule: MailRule {
    static let description = RuleDescription(
        id: "relay.natted",
        signatureID: 9_100_005,
        summary: "relay because the server takes the gateway for the client",
        thresholds: []
    )
    static let kinds: CaseKinds = [.relay, .onward]

    private static let hintWindow = Duration.seconds(86_400)

    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) { self.limits = limits }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        if let match = mail.onward, match.departure == nil {
            accuse(match, mail, memory.servers[match.server], &signals)
        } else if let relay = mail.relay, mail.inward != .unclear {
            hint(relay, mail, &memory, &signals)
        }
    }

    private func accuse(
        _ match: Shared<OnwardMatch>,
        _ mail: MailCase,
        _ record: ServerRecord?,
        _ signals: inout [Signal]
    ) {
        guard let hops = mail.transaction?.value.message?.hops else { return }
        // A content filter hands the message back, and its hop is newer than that of the client.
        let taken = hops.first { $0.identifier != nil && $0.identifier == match.relay.queueID }
        guard let hop = taken ?? hops.first, let seen = hop.address?.unmapped,
            isGateway(seen, of: match.server, isSure: taken != nil)
                || hop.address.map(mail.trustedHops.contains) ?? false
                    && (taken != nil || !seen.isLoopback),
            !hops.contains(where: { $0.address?.unmapped == match.relay.client }),
            taken != nil || hop.by.flatMap(MailDomain.init).map({ $0 == record?.name }) ?? true
        else { return }
        var signal = Signal.proven(
            match,
            by: mail,
            server: record,
            rule: Self.identity,
            signature: OnwardTexts.natted
        )
        signal.incident = .natBlindedRelay
        signal.why = [OnwardTexts.whyNatted]
        signal.advice.insert(OnwardTexts.adviceNatted, at: 0)
        signal.values[.name] = .plain(seen.description)
        signal.facts.append(("received_from", .plain(seen.description)))
        signals.append(signal)
    }

    /// True for an address that a gateway shows to the server for a stranger's, where the message is surely the one that
    /// the stranger brought: its own, or beside the server.
    private func isGateway(_ seen: IPAddress, of server: IPAddress, isSure: Bool) -> Bool {
        if seen.isPrivate || seen.isLinkLocal || seen.isSharedSpace { return true }
        return isSure && (seen.isLoopback || seen.neighbourhood == server.neighbourhood)
    }

    /// Adds to a relay's reason that another client was refused.
    private func hint(
        _ relay: RelayCase,
        _ mail: MailCase,
        _ memory: inout RelayMemory,
        _ signals: inout [Signal]
    ) {
        guard relay.isRelayed else {
            guard !relay.refused.isEmpty, !relay.isMarkedAsOwnTest else { return }
            let refused = RefusedClient(client: mail.ends.client, time: mail.time)
            memory.relaying.refusals.update(
                mail.ends.server,
                limit: limits.relayingServers,
                default: refused
            ) { $0 = refused }
            return
        }
        guard let refused = memory.relaying.refusals[mail.ends.server],
            refused.client != mail.ends.client,
            (.zero...Self.hintWindow).contains(mail.time.duration(since: refused.time))
        else { return }
        for index in signals.indices where signals[index].incident == .openRelay {
            signals[index].why.append(OnwardTexts.refusesOthers)
            signals[index].values[.name] = .plain(refused.client.description)
        }
    }
}
