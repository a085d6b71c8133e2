import TapMail
import TapWire

extension RelayJudge {
    /// How long a host must have sent mail to be taken for a server.
    static let learning = Duration.seconds(7 * 86_400)
    private static let hour = Duration.seconds(3_600)
    private static let day = Duration.seconds(86_400)
    private static let minute = Duration.seconds(60)
    /// Mail within which a host took something from others is still a server's.
    private static let takerMemory = Duration.seconds(30 * 86_400)

    /// Learns from mail that goes out, or that our servers take, and says what is known of it.
    mutating func noteOutgoing(_ mail: MailCase) {
        if case .tap = mail.event { return }
        if memory.outbound.since == nil { memory.outbound.since = mail.time }
        if mail.outward == nil, mail.isServerOurs { noteIntake(mail) }
        guard var outgoing = OutgoingMail(mail) else { return }
        let time = mail.time
        let isConfigured = finder.isConfigured(outgoing.host)
        let isHidden = mail.transaction?.isEncrypted ?? true
        if let envelope = mail.envelope, let sender = envelope.sender {
            let names = outgoing.isFromNobody ? envelope.recipients : [sender]
            outgoing.isHandedIn = names.contains { name in
                memory.outbound.takenFrom.contains(OutboundMemory.key(outgoing.host, name))
            }
        }
        memory.outbound.hosts.update(
            outgoing.host,
            limit: configuration.limits.outboundHosts,
            default: OutboundHost()
        ) { host in
            outgoing.isByServer =
                isConfigured || host.isSteady(at: time, after: Self.learning)
                || host.lastTaken.map { time.duration(since: $0) < Self.takerMemory } ?? false
            outgoing.isBesideHiddenIntake =
                host.lastHiddenIntake.map { time.duration(since: $0) < Self.hour } ?? false
            outgoing.isSoonAfterIntake =
                host.lastTaken.map { time.duration(since: $0) < Self.minute } ?? false
            outgoing.isPerhapsHandedIn =
                isHidden
                && (host.lastTaken.map { time.duration(since: $0) < Self.hour } ?? false)
            host.noteSent(at: time)
            host.mails &+= 1
            var isNew = true
            for domain in outgoing.domains {
                isNew = host.seen.insert(domain, at: time) && isNew
            }
            outgoing.isToNewDomains = isNew
            if isNew { host.newDomains &+= 1 }
        }
        // Only what the rules would ask about: most mail goes where mail went before, or is known by its sender.
        if outgoing.isToNewDomains, outgoing.isByServer, !outgoing.isFromNobody {
            if outgoing.isHandedIn {
                outgoing.isHandInUnseen = isHandInUnseen(mail, at: outgoing.host)
            } else {
                outgoing.copy = copy(mail, of: outgoing.host)
            }
        }
        mail.outgoing = outgoing
    }

    /// True if `host` took no message with this Message-ID, as far as is known of a whole day.
    private func isHandInUnseen(_ mail: MailCase, at host: IPAddress) -> Bool {
        guard let identifier = mail.transaction?.value.message?.identifier,
            let since = memory.outbound.since, mail.time.duration(since: since) >= Self.day
        else { return false }
        let (handedIn, limit) = (memory.outbound.handedIn, configuration.limits.handedMessages)
        let key = OutboundMemory.key(host, message: Digest.value(of: identifier))
        guard handedIn[key] == nil else { return false }
        // What is forgotten for want of room is the oldest.
        return handedIn.count < limit
            || handedIn.pairs.contains { mail.time.duration(since: $0.1) >= Self.day }
    }

    /// Whether `host` took a message with this Message-ID within the hour.
    private mutating func copy(_ mail: MailCase, of host: IPAddress) -> OutgoingMail.Copy {
        guard let identifier = mail.transaction?.value.message?.identifier else { return .none }
        let key = OutboundMemory.key(host, message: Digest.value(of: identifier))
        guard let taken = memory.outbound.handedIn[key],
            mail.time.duration(since: taken) < Self.hour
        else { return .none }
        return memory.outbound.hosts.inspect(host) { $0.takeCopy(at: mail.time) } ?? .none
    }

    /// Learns that a server of ours took mail, and whose.
    private mutating func noteIntake(_ mail: MailCase) {
        let server = mail.ends.server
        if let transaction = mail.transaction {
            guard transaction.isTaken, let sender = mail.envelope?.sender else { return }
            let key = OutboundMemory.key(server, sender)
            memory.outbound.takenFrom.update(
                key,
                limit: configuration.limits.takenSenders,
                default: mail.time
            ) { $0 = mail.time }
            noteMessage(of: transaction, at: server, mail.time)
            note(server) { $0.lastTaken = mail.time }
        } else if let transaction = mail.inferred {
            guard transaction.outcome == .accepted else { return }
            note(server) { host in
                host.lastTaken = mail.time
                host.lastHiddenIntake = mail.time
            }
        } else if let summary = mail.session {
            // Under TLS with nothing inferred: it may have been mail.
            guard summary.value.tls?.versionNumber != nil,
                (summary.value.inferred?.transactions ?? 0) == 0
            else { return }
            note(server) { $0.lastHiddenIntake = mail.time }
        }
    }

    private mutating func noteMessage(
        of transaction: Shared<SMTPTransaction>,
        at server: IPAddress,
        _ time: Timestamp
    ) {
        guard let identifier = transaction.value.message?.identifier else { return }
        memory.outbound.handedIn.update(
            OutboundMemory.key(server, message: Digest.value(of: identifier)),
            limit: configuration.limits.handedMessages,
            default: time
        ) { $0 = time }
    }

    private mutating func note(_ server: IPAddress, _ change: (inout OutboundHost) -> Void) {
        memory.outbound.hosts.update(
            server,
            limit: configuration.limits.outboundHosts,
            default: OutboundHost(),
            change
        )
    }
}
