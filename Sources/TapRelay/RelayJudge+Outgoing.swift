import TapMail
import TapWire

extension RelayJudge {
    /// How long a host must have sent mail to be taken for a server.
    static let learning = Duration.seconds(7 * 86_400)
    private static let hour = Duration.seconds(3_600)
    /// Mail within which a host took something from others is still a server's.
    private static let takerMemory = Duration.seconds(30 * 86_400)

    /// Learns from mail that goes out, or that our servers take, and says what is known of it.
    mutating func noteOutgoing(_ mail: MailCase) {
        if case .tap = mail.event { return }
        if memory.outbound.since == nil { memory.outbound.since = mail.time }
        memory.outbound.messages.watch(at: mail.time)
        if mail.outward == nil, mail.isServerOurs { noteIntake(mail) }
        // Asked first, as most mail comes in.
        guard mail.outward != nil, let outgoing = OutgoingMail(mail) else { return }
        let time = mail.time
        let isConfigured = finder.isConfigured(outgoing.host)
        let isHidden = mail.transaction?.isEncrypted ?? true
        if let envelope = mail.envelope, let sender = envelope.sender {
            let names = outgoing.isFromNobody ? envelope.recipients : [sender]
            let isKnown = names.contains { name in
                memory.outbound.takenFrom.contains(OutboundMemory.key(outgoing.host, name))
            }
            if isKnown { outgoing.handIn = .seen }
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
            guard isNew else { return }
            host.newDomains &+= 1
            // Asked of little mail: the sizes of an hour are gone through for it.
            outgoing.isSoonAfterIntake =
                host.lastTaken.map { host.isSoon(time.nanoseconds(since: $0), at: time) } ?? false
            outgoing.isLikeIntake =
                outgoing.octets.flatMap { host.intakes?.hasGrown(to: $0, at: time) } ?? false
        }
        // Only what the rules would ask about: most mail goes where mail went before, or is known by its sender.
        if outgoing.isToNewDomains, outgoing.isByServer, !outgoing.isFromNobody {
            if outgoing.handIn == .seen {
                outgoing.handIn = handIn(mail, at: outgoing.host)
            } else {
                outgoing.copy = copy(mail, of: outgoing.host)
            }
        }
        mail.outgoing = outgoing
    }

    /// Whether a message of one who has handed in mail at `host` was handed in, as far as is known of a whole day.
    private func handIn(_ mail: MailCase, at host: IPAddress) -> OutgoingMail.HandIn {
        guard memory.outbound.messages.knowsDay(before: mail.time) else { return .seen }
        guard let message = mail.messageDigest else { return .unread }
        let key = OutboundMemory.key(host, message: message)
        return memory.outbound.messages.contains(key) ? .seen : .unseen
    }

    /// Whether `host` took a message with this Message-ID within the hour.
    private mutating func copy(_ mail: MailCase, of host: IPAddress) -> OutgoingMail.Copy {
        guard let message = mail.messageDigest else { return .none }
        let key = OutboundMemory.key(host, message: message)
        guard let taken = memory.outbound.handedIn[key],
            mail.time.duration(since: taken) < Self.hour
        else { return .none }
        return memory.outbound.hosts.inspect(host) { $0.takeCopy(at: mail.time) } ?? .none
    }

    /// Learns that a server of ours took mail, and whose.
    private mutating func noteIntake(_ mail: MailCase) {
        let server = mail.ends.server
        if let transaction = mail.transaction {
            guard transaction.isTaken,
                let key = mail.envelope?.sender.map({ OutboundMemory.key(server, $0) })
            else { return }
            memory.outbound.takenFrom.update(
                key,
                limit: configuration.limits.takenSenders,
                default: mail.time
            ) { $0 = mail.time }
            noteMessage(of: mail, at: server)
            let recipients = transaction.value.acceptedRecipients
            note(server) { host in
                host.lastTaken = mail.time
                host.take(recipients: recipients, at: mail.time)
                if recipients == 1 { host.noteSize(transaction.messageOctets, at: mail.time) }
                guard mail.messageDigest == nil else { return }
                host.noteUnread { $0.take(recipients: recipients, at: mail.time) }
            }
        } else if let transaction = mail.inferred {
            guard transaction.outcome == .accepted else { return }
            note(server) { host in
                host.lastTaken = mail.time
                host.lastHiddenIntake = mail.time
                let recipients = transaction.acceptedRecipients
                host.take(recipients: recipients, at: mail.time)
                host.noteUnread { $0.take(recipients: recipients, at: mail.time) }
                guard recipients == 1, let octets = transaction.messageOctets else { return }
                host.noteSize(UInt64(clamping: octets.low), at: mail.time)
            }
        } else if let summary = mail.session {
            // Under TLS with nothing inferred: it may have been mail.
            guard summary.value.tls?.versionNumber != nil,
                (summary.value.inferred?.transactions ?? 0) == 0
            else { return }
            note(server) { host in
                host.lastHiddenIntake = mail.time
                host.noteUnread { $0.take(octets: summary.clientOctets, at: mail.time) }
                host.hidden.take(octets: summary.clientOctets, at: mail.time)
            }
        }
    }

    private mutating func noteMessage(of mail: MailCase, at server: IPAddress) {
        guard let message = mail.messageDigest else { return }
        let key = OutboundMemory.key(server, message: message)
        memory.outbound.messages.insert(key)
        memory.outbound.handedIn.update(
            key,
            limit: configuration.limits.handedMessages,
            default: mail.time
        ) { $0 = mail.time }
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

extension OutboundHost {
    private static let minute: Int64 = 60_000_000_000

    /// True if what leaves so many nanoseconds behind what it took last is likely to have to do with that.
    fileprivate func isSoon(_ wait: Int64, at time: Timestamp) -> Bool {
        wait < Self.minute && (intakes?.isTelling(max(0, wait), at: time) ?? true)
    }

    /// Notes the size of a message for one recipient that it took.
    fileprivate mutating func noteSize(_ octets: UInt64?, at time: Timestamp) {
        guard let octets else { return }
        if intakes == nil { intakes = IntakeSizes() }
        intakes?.note(octets, at: time)
    }

    /// Notes that it took what cannot be read.
    fileprivate mutating func noteUnread(_ note: (inout UnreadTraffic) -> Void) {
        note(&unread)
    }
}
