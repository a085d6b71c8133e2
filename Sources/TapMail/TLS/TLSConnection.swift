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
    private let library: (any TLSLibrary)?

    /// Certificates that are read of one side.
    private static let keptCertificates = 8
    /// Protocols that are kept of what the client offers.
    private static let keptProtocols = 16

    /// Stands before the first octet of both sides.
    ///
    /// - Parameter library: Makes digests and reads certificates; without it facts that take these are left out.
    package init(library: (any TLSLibrary)? = nil) { self.library = library }

    /// True if the first octets of `side` were no TLS.
    package func isForeign(_ side: TLSSide) -> Bool { half(side).records.isForeign }

    /// True once the head of a record of `side` was read.
    package func hasRecords(of side: TLSSide) -> Bool { half(side).records.hasRecords }

    /// True if the next octets of `side` are a part of a record whose head was read.
    package func isInsideRecord(of side: TLSSide) -> Bool { half(side).records.current != nil }

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
        if let content = step.content { note(content, from: side, at: moment) }
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

    private mutating func note(_ content: TLSHalf.Content, from side: TLSSide, at moment: Moment) {
        switch (content, side) {
        case (.alert(let level, let description), _):
            note(TLSAlert(side: side, level: level, description: description))
        case (.version2Hello(let body, let version), .client):
            facts.isVersion2Hello = true
            note(TLSClientHello(version2: body, version: version))
        case (.version2Hello, .server): return
        case (.message(let message), _): note(message, from: side, at: moment)
        }
    }

    /// The alert that ended the connection counts; one that only warns is kept until then.
    private mutating func note(_ alert: TLSAlert) {
        guard facts.alert?.isFatal != true else { return }
        facts.alert = alert
    }

    private mutating func note(
        _ message: TLSHandshakeMessage,
        from side: TLSSide,
        at moment: Moment
    ) {
        switch (message.kind, side) {
        case (.clientHello, .client): note(TLSClientHello(message.body))
        case (.serverHello, .server):
            if let hello = TLSServerHello(message.body) { note(hello) }
        case (.certificate, _): noteCertificates(message.body, from: side, at: moment)
        case (.clientHello, .server), (.serverHello, .client): return
        }
    }

    /// The first hello counts: another answers a HelloRetryRequest.
    private mutating func note(_ hello: TLSClientHello) {
        guard !hasClientHello else { return }
        hasClientHello = true
        clientSessionID = hello.sessionID
        facts.serverName = hello.serverName
        let offered = hello.supportedVersions.filter { !$0.isGREASE }
        facts.offeredVersions = offered.isEmpty ? [hello.version] : offered
        facts.offeredProtocols = hello.protocols.prefix(Self.keptProtocols).map {
            String(repairing: $0, limit: 255)
        }
        // The fingerprint is of hellos with extensions.
        if let library, !facts.isVersion2Hello { facts.ja4 = JA4(hello).text(library) }
    }

    private mutating func note(_ hello: TLSServerHello) {
        facts.versionNumber = hello.version
        facts.cipherSuite = hello.cipherSuite
        guard !hello.isRetry else {
            facts.isRetried = true
            return
        }
        facts.alpn = hello.alpn.map { String(repairing: $0, limit: 255) }
        if hello.version >= 0x0304 {
            // All that follows is encrypted.
            server.endHandshake()
            client.endHandshake()
            facts.isResumed = hello.hasSharedKey
        } else {
            facts.isResumed = !clientSessionID.isEmpty && hello.sessionID == clientSessionID
        }
    }

    /// Certificates as they are sent up to TLS 1.2: a list, each behind its length (RFC 5246 section 7.4.2).
    private mutating func noteCertificates(
        _ body: [UInt8],
        from side: TLSSide,
        at moment: Moment
    ) {
        guard let library else { return }
        var reader = OctetReader(body[...])
        var list = OctetReader(reader.take(reader.uint24() ?? 0))
        var found: [CertificateFacts] = []
        for number in 0..<Self.keptCertificates {
            guard let length = list.uint24() else { break }
            let octets = Array(list.take(length))
            guard octets.count == length else { break }
            do {
                found.append(try library.certificate(octets))
            } catch {
                facts.certificateError = facts.certificateError ?? error
                // Without the first one nobody is named, and the others do not count.
                if number == 0 { return }
            }
        }
        guard let first = found.first else { return }
        switch side {
        case .client: facts.clientCertificates = found
        case .server:
            facts.certificates = found
            facts.certificateValidity = CertificateValidity(first, at: moment.time)
        }
    }
}
