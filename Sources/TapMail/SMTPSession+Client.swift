import TapFlow
import TapObserve

/// Cutting the client's octets.
extension SMTPSession {
    /// Takes octets of the client.
    mutating func takeClient(_ bytes: Span<UInt8>) {
        noteClientOctets(bytes.count)
        feedClient(bytes)
    }

    /// Notes that the client spoke.
    mutating func noteClientOctets(_ byteCount: Int) {
        summary.clientOctets &+= UInt64(byteCount)
        if case .replies = serverMode { replies.clientSpoke() }
    }

    /// Hands octets to the client's mode, which may change with every octet.
    mutating func feedClient(_ bytes: Span<UInt8>) {
        var offset = 0
        while offset < bytes.count {
            offset &+= step(bytes.extracting(droppingFirst: offset))
        }
    }

    /// Takes a part of `rest`; returns how much, or 0 where only the mode has changed.
    private mutating func step(_ rest: Span<UInt8>) -> Int {
        switch clientMode {
        case .start: start(rest[0])
        case .proxyHeader(var reader): proxyHeader(&reader, rest[0])
        case .commands: commands(rest)
        case .held: hold(rest)
        case .message: messageOctets(rest)
        case .chunk(let remaining): chunk(rest, remaining: remaining)
        case .doubtfulChunk(let chunk): holdChunk(rest, chunk)
        case .loginAnswer: loginAnswer(rest)
        case .tlsOrText: tlsOrText(rest[0])
        case .tls: takeTLS(rest)
        case .opaque: rest.count
        }
    }

    private mutating func start(_ octet: UInt8) -> Int {
        switch octet {
        case 0x16:
            summary.dialect = .smtps
            beginTLS()
        // The hello of SSL 2.0, where TLS is expected.
        case 0x80...0xFF where summary.dialect == .smtps: beginTLS()
        case 0x0D: clientMode = .proxyHeader(ProxyHeader.Reader())
        default: clientMode = .commands
        }
        return 0
    }

    private mutating func proxyHeader(_ reader: inout ProxyHeader.Reader, _ octet: UInt8) -> Int {
        switch reader.take(octet) {
        case .more: clientMode = .proxyHeader(reader)
        case .ended(let client):
            clientMode = .start
            noteProxiedClient(client)
        case .none(let octets):
            clientMode = .commands
            feedClient(octets.span)
        }
        return 1
    }

    /// No server speaks before the header has ended: what has begun like one is none.
    mutating func releaseProxyHeader() {
        guard case .proxyHeader(let reader) = clientMode else { return }
        clientMode = .commands
        feedClient(reader.octets.span)
    }

    private mutating func commands(_ rest: Span<UInt8>) -> Int {
        if rest[0] == 0x16, uncertain != nil, commandLines.pendingByteCount == 0 {
            // STARTTLS lies somewhere in what is uncertain.
            settleAll()
            finishTransaction(.reset)
            beginTLS()
            return 0
        }
        let (consumed, line) = commandLines.take(from: rest)
        if let line { takeLine(line) }
        return consumed
    }

    private mutating func hold(_ rest: Span<UInt8>) -> Int {
        let piece = decisivePiece(of: rest)
        let room = held.append(piece, at: now, limit: setup.configuration.maximumHeldByteCount)
        if room < piece.count {
            note(.holdOverflow)
            if summary.serverOctets == 0 { hasServerGap = true }
            assumeReply()
        } else if isServerUnheard {
            decideWithoutReply()
        }
        return room
    }

    /// As much of `rest` as may be held before it is decided what it is.
    ///
    /// Where no reply will tell, the first line does: what is held must not go beyond it, or the pieces make a difference.
    @_lifetime(copy rest)
    private func decisivePiece(of rest: Span<UInt8>) -> Span<UInt8> {
        guard isServerUnheard else { return rest }
        let room = max(1, Self.decisiveByteCount &- held.byteCount)
        let piece = rest.extracting(first: room)
        guard let end = piece.indices.first(where: { piece[$0] == 0x0A }) else { return piece }
        return piece.extracting(first: end &+ 1)
    }

    private mutating func messageOctets(_ rest: Span<UInt8>) -> Int {
        guard let (consumed, isComplete) = changeMessage({ $0.take(from: rest) }) else {
            clientMode = .commands
            return 0
        }
        if isComplete { endMessage() }
        return consumed
    }

    private mutating func chunk(_ rest: Span<UInt8>, remaining: UInt64) -> Int {
        let length = Int(min(remaining, UInt64(rest.count)))
        let left = remaining &- UInt64(length)
        let piece = rest.extracting(first: length)
        changeChunks { $0.take(piece) }
        clientMode = left == 0 ? .commands : .chunk(remaining: left)
        return length
    }

    private mutating func loginAnswer(_ rest: Span<UInt8>) -> Int {
        let (consumed, line) = commandLines.take(from: rest)
        if let line { takeLoginAnswer(line) }
        return consumed
    }

    private mutating func tlsOrText(_ octet: UInt8) -> Int {
        switch octet {
        // The hello of SSL 2.0 begins with a length whose first bit is set.
        case 0x14...0x17, 0x80...0xFF:
            settleAll()
            beginTLS()
        case 0x09, 0x0A, 0x0D, 0x20...0x7E:
            clientMode = .commands
            if isServerUnheard {
                // Commands, or what a server that is about to speak TLS does not read.
                loseTrack(modes: [.command, .tls])
            } else {
                note(.plaintextAfterSTARTTLS)
            }
        default:
            note(.unknownAfterSTARTTLS)
            authentication = .unknown
            clientMode = .opaque
        }
        return 0
    }

    private mutating func takeTLS(_ rest: Span<UInt8>) -> Int {
        followTLS(rest, from: .client)
        if tls?.isForeign(.client) == true {
            if summary.dialect != .smtps { note(.unknownAfterSTARTTLS) }
            tls = nil
            encrypted = nil
            clientMode = .opaque
        }
        return rest.count
    }

    /// The client speaks TLS from here on.
    private mutating func beginTLS() {
        clientMode = .tls
        if case .replies = serverMode { serverMode = .tlsOrText }
        authentication = .unknown
        tls = TLSConnection(library: setup.tls)
        beginInference()
    }

    /// The flow was picked up in the middle of TLS; what looked like text of the `torn` side was none.
    mutating func joinTLS(isImplicit: Bool, torn: TLSSide?) {
        if isImplicit { summary.dialect = .smtps }
        endText()
        summary.anomalies = []
        beginTLS()
        serverMode = .tls
        if let torn { loseTLS(byteCount: nil, from: torn) }
    }

    /// The server speaks TLS where that was one of the readings; what the client has sent of it was taken for lines.
    mutating func joinTLSAmongDoubt() {
        uncertain?.excludeText()
        endText()
        beginTLS()
        serverMode = .tls
        summary.startTLS = .established
        loseTLS(byteCount: nil, from: .client)
        if isServerGapLast { loseTLS(byteCount: nil, from: .server) }
    }

    /// What is open of the dialogue in the clear is over.
    private mutating func endText() {
        if uncertain != nil { settleAll() }
        _ = queue.drain()
        (login, message, chunks) = (nil, nil, nil)
        held = HeldOctets()
        finishTransaction(.reset)
        _ = commandLines.flush()
    }

    /// The message has ended where it should.
    private mutating func endMessage() {
        guard let counter = takeMessage() else { return }
        clientMode = .commands
        pushEndOfData(
            octets: counter.isSizeKnown ? counter.octets : nil,
            facts: counter.header.facts,
            oddEnd: counter.oddEnd(at: counter.candidates.first { !$0.isGap })
        )
        // The end, and more, may lie in a hole.
        if counter.hasGap || (isServerUnheard && !counter.candidates.isEmpty) { loseTrack() }
    }

    /// Goes on with what was held, as `mode` says.
    mutating func resume(_ mode: ClientMode) {
        clientMode = mode
        let current = now
        for (piece, moment) in held.takeAll() {
            now = moment
            switch piece {
            case .octets(let octets): feedClient(octets.span)
            case .gap(let byteCount): loseClientOctets(byteCount: byteCount)
            }
        }
        now = current
    }
}
