package import TapFlow

/// What a TLS connection shows of itself: the handshake as far as it is in the clear, and all records by their lengths.
///
/// Theory of operation. Each side is a `TLSHalf`, which cuts records and the messages in them; here is what takes both
/// sides: which version was chosen, and so from where on nothing can be read, and whether the handshake came to its end.
/// Whole records are handed on with their lengths, from the first one: what the dialogue inside was may follow from these.
/// At most one message of each side is held, see `TLSHandshakeMessage.Kind`.
package struct TLSConnection: Sendable {
    /// What is known so far.
    package private(set) var facts = TLSFacts()
    private var client = TLSHalf()
    private var server = TLSHalf()
    private var clientSessionID: [UInt8] = []
    private var hasClientHello = false

    /// Stands before the first octet of both sides.
    package init() {}

    /// True if the first octets of `side` were no TLS.
    package func isForeign(_ side: TLSSide) -> Bool { half(side).records.isForeign }

    /// Takes the next octets of `side`, and hands every record that they end to `onRecord`.
    package mutating func take(
        _ bytes: Span<UInt8>,
        from side: TLSSide,
        at moment: Moment,
        onRecord: (TLSRecord) -> Void = { _ in }
    ) {
        var offset = 0
        while offset < bytes.count {
            let rest = bytes.extracting(droppingFirst: offset)
            let step =
                switch side {
                case .client: client.take(from: rest)
                case .server: server.take(from: rest)
                }
            offset &+= max(1, step.consumed)
            note(step, from: side, at: moment, onRecord)
        }
    }

    /// Octets of `side` are lost, nil if it is not known how many: of the records behind them the first one says so,
    /// unless it was no more than a part of one.
    package mutating func lose(
        byteCount: Int?,
        from side: TLSSide,
        at moment: Moment,
        onRecord: (TLSRecord) -> Void = { _ in }
    ) {
        let step =
            switch side {
            case .client: client.lose(byteCount: byteCount)
            case .server: server.lose(byteCount: byteCount)
            }
        note(step, from: side, at: moment, onRecord)
    }

    private func half(_ side: TLSSide) -> TLSHalf {
        switch side {
        case .client: client
        case .server: server
        }
    }

    private mutating func endHandshake(of side: TLSSide) {
        switch side {
        case .client: client.endHandshake()
        case .server: server.endHandshake()
        }
    }

    private mutating func note(
        _ step: TLSHalf.Step,
        from side: TLSSide,
        at moment: Moment,
        _ onRecord: (TLSRecord) -> Void
    ) {
        if let content = step.content { note(content, from: side) }
        guard let head = step.record else { return }
        // Since TLS 1.3 it changes nothing, and another hello may follow it (RFC 8446 appendix D.4).
        if head.type == .changeCipherSpec, (facts.versionNumber ?? 0) < 0x0304 {
            endHandshake(of: side)
        }
        if !facts.isEstablished { facts.isEstablished = isEstablished }
        onRecord(
            TLSRecord(side: side, head: head, moment: moment, followsLoss: step.followsLoss)
        )
    }

    /// True if both sides have gone on behind the handshake.
    private var isEstablished: Bool {
        client.hasSentData && server.hasSentData || client.hasFinished && server.hasFinished
    }

    private mutating func note(_ content: TLSHalf.Content, from side: TLSSide) {
        switch (content, side) {
        case (.alert, _): return
        case (.version2Hello(let body, let version), .client):
            note(TLSClientHello(version2: body, version: version))
        case (.version2Hello, .server): return
        case (.message(let message), _): note(message, from: side)
        }
    }

    private mutating func note(_ message: TLSHandshakeMessage, from side: TLSSide) {
        switch (message.kind, side) {
        case (.clientHello, .client): note(TLSClientHello(message.body))
        case (.serverHello, .server):
            if let hello = TLSServerHello(message.body) { note(hello) }
        case (.certificate, _), (.clientHello, .server), (.serverHello, .client): return
        }
    }

    /// The first hello counts: another answers a HelloRetryRequest.
    private mutating func note(_ hello: TLSClientHello) {
        guard !hasClientHello else { return }
        hasClientHello = true
        clientSessionID = hello.sessionID
        facts.serverName = hello.serverName
    }

    private mutating func note(_ hello: TLSServerHello) {
        facts.versionNumber = hello.version
        facts.cipherSuite = hello.cipherSuite
        guard !hello.isRetry else { return }
        if hello.version >= 0x0304 { server.endHandshake() }
    }
}
