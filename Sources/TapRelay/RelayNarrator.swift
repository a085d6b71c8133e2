import TapFlow
import TapMail
import TapObserve
import TapWire

/// Puts a signal in words, from the catalogue and with what came from the wire made safe and short.
struct RelayNarrator: Sendable {
    /// Recipients that are named; of more only the number.
    static let namedRecipients = 5
    /// Octets of an address, of a name, of a reply.
    static let addressLimit = 120
    static let nameLimit = 80
    static let replyLimit = 160

    private let texts: RelayTexts

    init(_ texts: RelayTexts) { self.texts = texts }

    /// One line: what happened to whom.
    func signature(of signal: RelaySignal, in relayCase: RelayCase) -> String {
        let isUnclear = relayCase.direction == .unclear
        let template =
            switch signal.story {
            case .relayed: isUnclear ? texts.perhapsRelayed : texts.relayed
            case .relayedFromNobody: isUnclear ? texts.perhapsRelayed : texts.relayedFromNobody
            case .relayedInRhythm: isUnclear ? texts.perhapsRelayed : texts.relayedInRhythm
            case .refused where signal.severity > .low: texts.refusedOften
            case .refused: texts.refused
            }
        return template.filled(values(of: signal, in: relayCase))
    }

    /// The facts that fired the rule, and what lowers the confidence.
    func why(_ signal: RelaySignal, in relayCase: RelayCase, heldBack: Int) -> String {
        var values = values(of: signal, in: relayCase)
        values[.held] = String(heldBack)
        var parts: [TextTemplate] = []
        switch signal.story {
        case .relayed, .relayedFromNobody, .relayedInRhythm:
            let isUnclear = relayCase.direction == .unclear
            parts.append(isUnclear ? texts.whyPerhapsRelayed : texts.whyRelayed)
            if signal.beat != nil { parts.append(texts.rhythm) }
        case .refused:
            parts.append(texts.whyRefused)
            if signal.severity > .low { parts.append(texts.oftenRefused) }
        }
        if relayCase.isMarkedAsOwnTest { parts.append(texts.ownTest) }
        if heldBack > 0 { parts.append(texts.heldBack) }
        parts += doubts(about: relayCase)
        return parts.map { $0.filled(values) }.joined()
    }

    /// What to do next, for the server's software.
    func advice(for signal: RelaySignal, in relayCase: RelayCase) -> String {
        let values = values(of: signal, in: relayCase)
        let parts: [TextTemplate?]
        switch signal.story {
        case .refused where relayCase.isMarkedAsOwnTest: parts = [texts.adviceOwnTest]
        case .refused where signal.severity > .low: parts = [texts.adviceRefusedOften]
        case .refused: parts = [texts.adviceRefused]
        case .relayed, .relayedFromNobody, .relayedInRhythm:
            let family = relayCase.family
            let hold = values[.queue] == nil && family != .exchange ? nil : texts.hold[family]
            let refute = relayCase.direction == .unclear ? texts.refuteUnclear : texts.refute
            parts = [hold, texts.fix[family], texts.check, refute]
        }
        return parts.compactMap { $0?.filled(values) }.joined()
    }

    /// The facts for structured data, in order.
    func facts(of signal: RelaySignal, in relayCase: RelayCase, id: String) -> [Alert.Fact] {
        let transaction = relayCase.transaction
        let strangers = strangers(of: signal, in: relayCase)
        var facts: [(name: String, value: String)] = [
            ("rule", signal.rule.id),
            ("id", id),
            ("client", relayCase.client.address.description),
            ("server", relayCase.server.address.description),
            ("from", transaction.mailFrom.map { safe($0, Self.addressLimit) } ?? ""),
            ("to", listed(strangers.map { safe($0.address, Self.addressLimit) })),
        ]
        if let helo = transaction.helo { facts.append(("helo", safe(helo, Self.nameLimit))) }
        if let queue = queueID(of: relayCase) { facts.append(("queue_id", queue.text)) }
        return facts.map(Alert.Fact.init)
    }

    private func values(of signal: RelaySignal, in relayCase: RelayCase) -> [TextTemplate.Slot:
        String]
    {
        let transaction = relayCase.transaction
        let helo = transaction.helo.map { safe($0, Self.nameLimit) }
        let serverAddress = relayCase.server.address.description
        var values: [TextTemplate.Slot: String] = [
            .client: relayCase.client.address.description,
            .serverAddress: serverAddress,
            .server: relayCase.serverName.map { safe($0.name, Self.nameLimit) } ?? serverAddress,
            .helo: (helo == nil ? texts.unnamedHelo : texts.namedHelo).filled([.helo: helo ?? ""]),
            .login: (transaction.authentication == .failed ? texts.failedLogin : texts.noLogin)
                .filled(),
            .octets: size(of: relayCase),
            .sender: sender(of: relayCase),
            .recipients: recipients(of: signal, in: relayCase),
            .final: reply(code: transaction.code, text: transaction.text),
        ]
        values[.queue] = queueID(of: relayCase)?.text
        if case .refused(let attempts) = signal.story { values[.count] = String(attempts) }
        if let beat = signal.beat {
            values[.count] = String(beat.count)
            values[.period] = texts.words(for: beat.period)
            values[.deviation] = texts.words(for: beat.deviation)
            values[.since] = beat.since.rfc3339
        }
        if case .guessed(let domain) = relayCase.domains {
            values[.domain] = safe(domain.name, Self.nameLimit)
        }
        return values
    }

    private func doubts(about relayCase: RelayCase) -> [TextTemplate] {
        var doubts: [TextTemplate] = []
        switch relayCase.direction {
        case .ports, .servers: break
        case .besideServers: doubts.append(texts.doubtBesideServers)
        case .addresses: doubts.append(texts.doubtAddresses)
        case .serverName: doubts.append(texts.doubtServerName)
        case .learnedPorts, .learnedPartners: doubts.append(texts.doubtLearned)
        case .unclear: doubts.append(texts.doubtUnclear)
        }
        if case .guessed = relayCase.domains { doubts.append(texts.doubtDomains) }
        if relayCase.transaction.isIncomplete { doubts.append(texts.doubtIncomplete) }
        return doubts
    }

    private func strangers(of signal: RelaySignal, in relayCase: RelayCase) -> [SMTPRecipient] {
        switch signal.story {
        case .relayed, .relayedFromNobody, .relayedInRhythm: relayCase.acceptedStrangers
        case .refused: relayCase.refusedStrangers
        }
    }

    /// Each stranger with the server's own words.
    private func recipients(of signal: RelaySignal, in relayCase: RelayCase) -> String {
        let strangers = strangers(of: signal, in: relayCase)
        let named = strangers.prefix(Self.namedRecipients).map { stranger in
            texts.recipient.filled([
                .address: safe(stranger.address, Self.addressLimit),
                .reply: reply(code: stranger.code, text: stranger.text),
            ])
        }
        return joined(named, total: strangers.count)
    }

    private func listed(_ addresses: [String]) -> String {
        joined(Array(addresses.prefix(Self.namedRecipients)), total: addresses.count)
    }

    private func joined(_ named: [String], total: Int) -> String {
        let list = named.joined(separator: texts.recipientSeparator.filled())
        guard total > named.count else { return list }
        return list + texts.moreRecipients.filled([.count: String(total - named.count)])
    }

    private func sender(of relayCase: RelayCase) -> String {
        guard let sender = relayCase.transaction.mailFrom else {
            return texts.unknownSender.filled()
        }
        return relayCase.isFromNobody ? texts.nobody.filled() : safe(sender, Self.addressLimit)
    }

    private func size(of relayCase: RelayCase) -> String {
        switch relayCase.messageOctets {
        case nil: texts.unknownSize.filled()
        case 1: texts.oneOctet.filled()
        case let octets?: texts.octets.filled([.octets: String(octets)])
        }
    }

    /// The code and the server's words, such as `250 2.1.5 Ok`.
    private func reply(code: Int?, text: String) -> String {
        let words = [code.map(String.init), text.isEmpty ? nil : text].compactMap(\.self)
        return safe(words.joined(separator: " "), Self.replyLimit)
    }

    private func queueID(of relayCase: RelayCase) -> QueueID? {
        guard relayCase.isRelayed else { return nil }
        return QueueID(in: relayCase.transaction.text, of: relayCase.family)
    }

    /// Text from the wire without anything that could harm a terminal or a log, and not too long.
    private func safe(_ text: String, _ limit: Int) -> String {
        String(wire: Array(text.utf8), limit: limit)
    }
}
