import TapFlow
import TapMail
import TapObserve
import TapWire

/// What a session that left a server shows, by which a message is known again.
struct OnwardFacts: Sendable {
    /// When its message was begun.
    var began: Timestamp
    /// The digests of the recipients' mailboxes.
    var recipients: Set<UInt64> = []
    /// The digest of the Message-ID.
    var identifier: UInt64?
    /// The names in queues that Received fields tell.
    var queueIDs: [String] = []
    /// The least and the most octets the message has; nil if not known.
    var octets: ClosedRange<Int64>?
    /// True if nothing but the size can be seen.
    var isHidden = false

    /// By how many octets a message has grown that left under TLS: the header of the server, and what goes around it.
    static let growth: ClosedRange<Int64> = 50...1_500

    /// What `mail` shows; nil if it has handed nothing on.
    static func shown(by mail: MailCase) -> OnwardFacts? {
        if let transaction = mail.transaction, let envelope = mail.envelope,
            !transaction.isEncrypted
        {
            guard !envelope.recipients.isEmpty else { return nil }
            return OnwardFacts(transaction, envelope, identifier: mail.messageDigest)
        }
        if let inferred = mail.inferred {
            guard inferred.hasData, let octets = inferred.messageOctets else { return nil }
            return OnwardFacts(
                began: inferred.began.time,
                octets: Int64(octets.low)...Int64(octets.high),
                isHidden: true
            )
        }
        guard let session = mail.session, session.value.isOpaqueMail else { return nil }
        let octets = Int64(clamping: session.clientOctets)
        return OnwardFacts(
            began: mail.context.flow.opened,
            octets: octets...octets,
            isHidden: true
        )
    }

    private init(began: Timestamp, octets: ClosedRange<Int64>, isHidden: Bool) {
        self.began = began
        self.octets = octets
        self.isHidden = isHidden
    }

    private init(
        _ transaction: Shared<SMTPTransaction>,
        _ envelope: EnvelopeAddresses,
        identifier: UInt64?
    ) {
        began = transaction.began.time
        recipients = Set(envelope.recipients.map(\.digest))
        self.identifier = identifier
        queueIDs = transaction.value.message?.hops.compactMap(\.identifier) ?? []
        octets = transaction.messageOctets.map { Int64(clamping: $0)...Int64(clamping: $0) }
    }

    /// By what `relay` is known again; nil if it is another message.
    func key(of relay: HeldRelay) -> OnwardMatch.Key? {
        if isHidden {
            guard let octets, let before = relay.octets.map({ Int64(clamping: $0) }) else {
                return nil
            }
            let grown = Self.growth
            let fits =
                octets.upperBound &- before >= grown.lowerBound
                && octets.lowerBound &- before <= grown.upperBound
            return fits ? .size : nil
        }
        if let identifier, identifier == relay.identifier { return .identifier }
        if let queueID = relay.queueID, queueIDs.contains(queueID) { return .queue }
        // The few are looked up among the many: most messages leave for one recipient.
        let isSame =
            recipients.count < relay.recipients.count
            ? recipients.contains(where: relay.recipients.contains)
            : relay.recipients.contains(where: recipients.contains)
        return isSame ? .recipient : nil
    }

    /// How much `relay` has grown.
    func growth(of relay: HeldRelay) -> Int64? {
        guard let octets, let before = relay.octets else { return nil }
        return octets.lowerBound &- Int64(clamping: before)
    }
}

extension SMTPSessionSummary {
    /// True for a session under TLS of whose transactions nothing could be inferred.
    fileprivate var isOpaqueMail: Bool {
        tls?.isEstablished == true && transactions == 0 && (inferred?.transactions ?? 0) == 0
    }
}
