import TapFlow

/// Hands the records of a TLS connection to the inference, from where on they carry mail.
///
/// Until TLS 1.2 that is the application data. Since TLS 1.3 the rest of the handshake looks like application data too: it
/// ends with the client's `Finished`, which has 36 or 52 octets, as the hash of the cipher suite has 32 or 48
/// (RFC 8446 section 4.4.4). Tickets that the server sends behind it are left to the inference.
struct EncryptedDialogue: Sendable {
    private let server: ServerLengths
    /// Held as long as the dialogue is followed.
    private let place: WorkBudget.Place
    private var clear: ClearFacts
    private var dialogue: InferredDialogue?
    /// Records of the client under TLS 1.3 that were none of the above: its certificate, and the proof that it is its own.
    private var clientRecords = 0
    private var heardClient = false
    private var heardServer = false

    /// Octets of a `Finished` message.
    private static let finished = [36, 52]
    /// Records of a handshake that a client may send before its `Finished`.
    private static let maximumClientRecords = 4
    /// Octets of an alert.
    private static let alert = 2

    /// Begins with what was seen in clear text.
    init(after clear: ClearFacts, server: ServerLengths, place: WorkBudget.Place) {
        self.place = place
        self.clear = clear
        self.server = server
    }

    /// Replies and readings looked at so far.
    var effort: Int { dialogue?.effort ?? 0 }

    /// Takes a whole record.
    mutating func take(_ record: TLSRecord, _ facts: TLSFacts) {
        guard record.head.type == .applicationData,
            let plain = facts.plaintextLength(ofRecord: record.head.length)
        else { return }
        let octets = OctetRange(plain.lowerBound, plain.upperBound)
        let isNew = (facts.versionNumber ?? 0) >= 0x0304
        guard dialogue != nil || !isNew else { return takeHandshake(octets, from: record.side) }
        guard !isNew || octets.high > Self.alert else { return }
        if dialogue == nil { begin() }
        switch record.side {
        case .client:
            heardClient = true
            dialogue?.takeClient(octets, at: record.moment)
        case .server:
            heardServer = true
            dialogue?.takeServer(octets, at: record.moment)
        }
    }

    /// Octets are lost, nil if it is not known how many.
    mutating func lose(byteCount: Int?, from side: TLSSide, at moment: Moment) {
        dialogue?.lose(byteCount, fromClient: side == .client, at: moment)
    }

    private mutating func takeHandshake(_ octets: OctetRange, from side: TLSSide) {
        guard side == .client else { return }
        clientRecords &+= 1
        guard Self.finished.contains(octets.low) || clientRecords > Self.maximumClientRecords else {
            return
        }
        clear.hasTickets = true
        begin()
    }

    private mutating func begin() { dialogue = InferredDialogue(after: clear, server: server) }

    /// The transactions that can be told by now.
    mutating func takeTransactions() -> [InferredTransaction] {
        dialogue?.takeTransactions() ?? []
    }

    /// The connection ends; nil if there was no dialogue of two.
    mutating func end() -> InferredSession? {
        guard heardClient, heardServer else { return nil }
        return dialogue?.end()
    }
}
