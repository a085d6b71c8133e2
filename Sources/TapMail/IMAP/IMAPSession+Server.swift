import TapFlow
import TapObserve

/// What the server says.
extension IMAPSession {
    /// Octets of the server's texts that are kept.
    static let keptText = 256
    /// Capabilities that are kept.
    private static let keptCapabilities = 64

    /// Takes octets of the server.
    mutating func takeServer(_ bytes: Span<UInt8>) {
        summary.serverOctets &+= UInt64(bytes.count)
        var offset = 0
        while offset < bytes.count {
            offset &+= stepServer(bytes.extracting(droppingFirst: offset))
        }
    }

    private mutating func stepServer(_ rest: Span<UInt8>) -> Int {
        switch serverMode {
        case .lines:
            let (consumed, line) = replyLines.take(from: rest)
            if let line { takeServerLine(line) }
            return consumed
        case .literal(let remaining, let isMessage):
            return passLiteral(remaining, isMessage, rest)
        case .tlsOrText:
            if (0x14...0x17).contains(rest[0]) {
                serverMode = .tls
                if !summary.isImplicitTLS { summary.startTLS = .established }
            } else {
                note(.tlsAnsweredInClear)
                serverMode = .lines
            }
            return 0
        case .tls:
            let moment = now
            tls?.take(rest, from: .server, at: moment)
            return rest.count
        case .opaque: return rest.count
        }
    }

    private mutating func passLiteral(
        _ remaining: UInt64,
        _ isMessage: Bool,
        _ rest: Span<UInt8>
    ) -> Int {
        let count = Int(min(UInt64(rest.count), remaining))
        if isMessage { summary.retrievedOctets &+= UInt64(count) }
        let left = remaining &- UInt64(count)
        serverMode = left > 0 ? .literal(remaining: left, isMessage: isMessage) : .lines
        return count
    }

    /// A line that has ended, or of which no more comes.
    mutating func takeServerLine(_ line: StreamLine) {
        doubtfulWord = nil
        if line.ending == .cut { note(.lineTooLong) }
        if line.isShortened || line.ending == .cut {
            response = nil
            isServerUncertain = true
        } else if let response {
            takeData(line.text, of: response)
        } else {
            takeFirstLine(line.text)
        }
    }

    private mutating func takeFirstLine(_ line: ArraySlice<UInt8>) {
        if !recognition.isSure, IMAPReply(line)?.isUnmistakable == true { recognition.note(line) }
        switch IMAPReply(line) {
        case .tagged(let tag, let status, let text): takeReply(tag, status, text)
        case nil where !isServerUncertain: if !line.isEmpty { note(.malformedReply) }
        case .goOn(let text) where !isServerUncertain: goOn(text)
        case .goOn(let text): if awaitsWord { doubtfulWord = Array(text) }
        case .untagged(let text) where !isServerUncertain: takeUntagged(text)
        case .untagged, nil: break
        }
    }

    /// True if the client says nothing before it is asked to go on.
    private var awaitsWord: Bool {
        switch clientMode {
        case .held(.literal), .held(.login): true
        case .held(.tls), .held(.compression), .start, .commands, .literal, .loginAnswer,
            .tlsOrText, .tls, .opaque:
            false
        }
    }

    /// The client goes on: what the server said last asked it to, as far as that looked like it.
    mutating func settleDoubtfulWord() {
        guard let text = doubtfulWord.take(), awaitsWord, replyLines.pendingByteCount == 0 else {
            return
        }
        isServerUncertain = false
        goOn(text[...])
    }

    private mutating func goOn(_ text: ArraySlice<UInt8>) {
        switch queue.goOn() {
        case .challenge:
            forgetDoubtfulAnswers()
            login?.challenge(Array(text))
            resume(.loginAnswer)
        case .done: break
        case .literal, nil:
            guard case .literal(let part)? = open?.wait else { return goOnUnseen() }
            open?.wait = nil
            if part.byteCount > 0 {
                resume(.literal(part))
            } else {
                open?.command.add(literal: [], byteCount: 0)
                resume(.commands)
            }
        }
    }

    /// The client was asked to go on with what no command that was seen has announced.
    private mutating func goOnUnseen() {
        guard isClientUncertain else { return note(.unsolicitedReply) }
        // It stood in a hole, and lines of a message may come.
        foreignLines = max(foreignLines, Self.foreignLinesOfMessage)
    }

    private mutating func takeUntagged(_ text: ArraySlice<UInt8>) {
        var reader = IMAPReader(text)
        guard let word = reader.next() else { return note(.malformedReply) }
        if let status = IMAPStatus(word) {
            takeStatus(status, reader.remainder)
        } else if word.hasPrefix(ignoringCase: "CAPABILITY") {
            takeCapabilities(reader.remainder)
        } else if let number = UInt64(digits: word), number > 0, let kind = reader.next() {
            if kind.hasPrefix(ignoringCase: "FETCH") {
                takeData(text, of: IMAPResponse(message: UInt32(clamping: number)))
            } else if kind.hasPrefix(ignoringCase: "EXPUNGE") {
                noteExpunged(1)
                // What stood behind it has another number now.
                lastRetrieved = nil
            } else if kind.hasPrefix(ignoringCase: "EXISTS") {
                lastRetrieved = nil
                let held = Int(clamping: min(number, 1 << 32))
                summary.mailboxCount = max(summary.mailboxCount ?? 0, held)
            }
        } else if word.hasPrefix(ignoringCase: "VANISHED") {
            noteExpunged(IMAPNumbers.count(in: reader.remainder))
            lastRetrieved = nil
        } else {
            takeData(text, of: IMAPResponse())
        }
    }

    /// The greeting, or words of the server that no command asked for.
    private mutating func takeStatus(_ status: IMAPStatus, _ text: ArraySlice<UInt8>) {
        takeCode(text)
        guard !isGreeted else { return }
        isGreeted = true
        if isEarlyTalker { note(.earlyTalker) }
        let banner = String(repairing: text, limit: Self.keptText)
        summary.banner = banner
        tell("", "", status, banner)
        guard status == .preauthenticated else { return }
        append(IMAPLogin(mechanism: "PREAUTH", user: nil, status: .ok))
    }

    /// The capabilities in a status text, `[CAPABILITY IMAP4rev1 ...] ...` (RFC 9051 section 7.1).
    mutating func takeCode(_ text: ArraySlice<UInt8>) {
        guard text.hasPrefix(ignoringCase: "[CAPABILITY "),
            let end = text.firstIndex(of: UInt8(ascii: "]"))
        else { return }
        takeCapabilities(text[..<end].dropFirst("[CAPABILITY ".utf8.count))
    }

    private mutating func takeCapabilities(_ text: ArraySlice<UInt8>) {
        let names = text.split(whereSeparator: \.isBlank).prefix(Self.keptCapabilities)
        summary.capabilities = names.map { String(repairing: $0, limit: Self.keptText) }
        let offersTLS = names.contains {
            $0.count == 8 && $0.hasPrefix(ignoringCase: "STARTTLS")
        }
        if offersTLS, summary.startTLS == nil { summary.startTLS = .offered }
    }

    /// Data of a response, up to the end of a line or to a literal.
    private mutating func takeData(_ text: ArraySlice<UInt8>, of response: IMAPResponse) {
        guard let literal = IMAPLiteral(endOf: text) else {
            self.response = nil
            return
        }
        var response = response
        var isMessage = false
        if let message = response.message {
            let section = IMAPSection(before: text.dropLast(literal.markLength))
            switch section {
            case .text, .part:
                isMessage = true
                let isKnown = section == .part && message == lastRetrieved
                if !response.isCounted, !isKnown { summary.retrieved &+= 1 }
                response.isCounted = true
                lastRetrieved = message
            case .moreText, .header: isMessage = true
            case .other: break
            }
        }
        self.response = response
        guard literal.byteCount > 0 else { return }
        serverMode = .literal(remaining: literal.byteCount, isMessage: isMessage)
    }

    /// Messages are gone; they count where a command of this client asked for it.
    private mutating func noteExpunged(_ count: Int) {
        let asks = queue.contains { command in
            switch command.verb {
            case .expunge, .move, .close: true
            default: false
            }
        }
        if asks { summary.expunged &+= count }
    }
}
