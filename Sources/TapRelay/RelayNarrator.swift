import TapFlow
import TapMail
import TapObserve
import TapWire

/// Puts a signal in words, from the catalogue and with what came from the wire made safe and short.
struct RelayNarrator: Sendable {
    let language: RelayLanguage
    /// True for sentences; what programs read has digits alone.
    private var groupsDigits = true

    init(_ language: RelayLanguage) { self.language = language }

    /// The alert of a signal; `heldBack` alerts like it were held back before.
    ///
    /// `blind` is what the tap itself may have missed at that time.
    func alert(
        _ signal: Signal,
        of mail: MailCase,
        id: String,
        heldBack: Int,
        blind: [BlindMemory.Spell] = []
    ) -> Alert {
        func value(of slot: TextTemplate.Slot) -> Phrase? {
            slot == .held ? .count(heldBack) : signal.values[slot] ?? mail.phrase(in: slot)
        }
        let place = mail.context.isOfTap ? nil : place(of: signal, in: mail)
        let why = signal.why + (heldBack > 0 ? [RelayTexts.heldBack] : []) + doubts(signal, mail)
        let client = mail.context.isOfTap ? nil : mail.suspectName
        var alert = Alert(
            id: id,
            rule: signal.rule,
            severity: signal.severity,
            signature: words(signal.signature, value),
            why: why.map { words($0, value) }.joined() + named(client)
                + whereabouts(signal, place, value) + doubts(blind),
            advice: signal.advice.map { words($0, value) }.joined(),
            confidence: mail.confidence(signal.certainty, for: signal.basis),
            context: mail.context,
            cause: mail.event.observed,
            facts: facts(of: signal, in: mail, id: id)
                + blind.map { Alert.Fact(name: "blind", value: $0.kind.rawValue) }
        )
        alert.clientPlace = place
        if let country = place?.country {
            alert.facts.append(Alert.Fact(name: "country", value: country.description))
        }
        alert.clientName = client
        return alert
    }

    /// How the client is called; nothing if that is not known.
    private func named(_ client: ReverseName?) -> String {
        NameTexts.sentence(client).map { words($0.text, $0.values) } ?? ""
    }

    /// How long what a rule said may be.
    private static let sentenceLimit = 600

    /// What a signal says happened, and why that is said.
    func sentence(of signal: Signal, in mail: MailCase) -> String {
        func value(of slot: TextTemplate.Slot) -> Phrase? {
            signal.values[slot] ?? mail.phrase(in: slot)
        }
        let parts =
            [words(signal.signature, value) + ". "] + signal.why.map { words($0, value) }
        return String(wire: parts.joined(), limit: Self.sentenceLimit)
    }

    /// The text in the narrator's language with its gaps filled; a gap without a value is left out.
    func words(_ text: Bilingual, _ values: TextValues) -> String {
        words(text) { values[$0] }
    }

    /// The text in the narrator's language with its gaps filled by `value`; a gap without a value is left out.
    func words(_ text: Bilingual, _ value: (TextTemplate.Slot) -> Phrase?) -> String {
        text[language].filled { slot in value(slot).map(words) }
    }

    /// The phrase in the narrator's language.
    func words(_ phrase: Phrase) -> String {
        switch phrase {
        case .wire(let text, let limit): String(wire: text, limit: limit)
        case .plain(let text): text
        case .count(let count): number(count)
        case .octets(nil): words(RelayTexts.unknownSize, [:])
        case .octets(1): words(RelayTexts.oneOctet, [:])
        case .octets(let octets?): words(RelayTexts.octets, [.octets: .plain(number(octets))])
        case .duration(let duration):
            {
                let (text, count) = RelayTexts.words(for: duration)
                return words(text, [.count: .plain(number(count))])
            }()
        case .time(let time): time.rfc3339
        case .percent(let share): "\(Int(share * 100 + 0.5)) %"
        case .smallShare(let share):
            {
                let tenths = Int(min(1, max(0, share)) * 1_000 + 0.5)
                guard tenths % 10 != 0 else { return "\(tenths / 10) %" }
                return "\(tenths / 10)\(language.decimalPoint)\(tenths % 10) %"
            }()
        case .named(let name):
            String(wire: (language == .french ? name.french : nil) ?? name.english, limit: 80)
        case .list(let named, let total): list(named, total: total)
        case .text(let text, let values): words(text, values)
        }
    }

    private func number(_ number: some BinaryInteger) -> String {
        groupsDigits ? language.number(number) : String(number)
    }

    private func list(_ named: [Phrase], total: Int) -> String {
        let list = named.map(words).joined(separator: ", ")
        guard total > named.count else { return list }
        return list + words(RelayTexts.moreRecipients, [.count: .count(total - named.count)])
    }

    /// What the tap itself may have missed; nothing if it saw all.
    private func doubts(_ blind: [BlindMemory.Spell]) -> String {
        guard !blind.isEmpty else { return "" }
        return " " + missed(blind.map(\.kind))
    }

    /// What the tap itself may have missed.
    func missed(_ kinds: [TapCondition.Kind]) -> String {
        let kinds = kinds.map { Phrase.text(BlindTexts.words(for: $0)) }
        return words(BlindTexts.missed, [.what: .first(of: kinds)])
    }

    /// What lowers the confidence.
    private func doubts(_ signal: Signal, _ mail: MailCase) -> [Bilingual] {
        var doubts: [Bilingual] = []
        if signal.basis.contains(.direction) {
            switch mail.inward ?? mail.outward {
            case .ports, .servers, nil: break
            case .besideServers: doubts.append(RelayTexts.doubtBesideServers)
            case .addresses: doubts.append(RelayTexts.doubtAddresses)
            case .serverName: doubts.append(RelayTexts.doubtServerName)
            case .learnedPorts, .learnedPartners: doubts.append(RelayTexts.doubtLearned)
            case .unclear: doubts.append(RelayTexts.doubtUnclear)
            }
        }
        if signal.basis.contains(.domains) {
            switch mail.domains {
            case .configured, .unknown: break
            case .learned: doubts.append(RelayTexts.doubtLearnedDomains)
            case .candidate: doubts.append(RelayTexts.doubtCandidate)
            case .guessed: doubts.append(RelayTexts.doubtDomains)
            }
        }
        if signal.basis.contains(.completeness), mail.transaction?.isIncomplete ?? false {
            doubts.append(RelayTexts.doubtIncomplete)
        }
        return doubts
    }

    /// The facts for structured data, in order.
    private func facts(of signal: Signal, in mail: MailCase, id: String) -> [Alert.Fact] {
        var facts: [(name: String, value: Phrase)] = [
            ("rule", .plain(signal.rule.id)),
            ("id", .plain(id)),
        ]
        if !mail.context.isOfTap {
            facts += [
                ("client", signal.values[.client] ?? .plain(mail.client.address.description)),
                ("server", .plain((signal.about?.address ?? mail.server.address).description)),
            ]
        }
        if let transaction = mail.transaction, !transaction.isEncrypted {
            facts.append(("from", transaction.mailFrom.map(Phrase.address) ?? .plain("")))
            facts.append(("to", .first(of: mail.toldRecipients.map { .address($0.address) })))
            if let helo = transaction.helo { facts.append(("helo", .name(helo))) }
        }
        if signal.about == nil, let queue = mail.queueID {
            facts.append(("queue_id", .plain(queue.text)))
        }
        facts += signal.facts
        // Empty where a lookup said that there is none.
        if !mail.context.isOfTap, let name = mail.suspectName {
            facts.append(("client_name", .plain(name.name ?? "")))
        }
        var plain = self
        plain.groupsDigits = false
        return facts.map { Alert.Fact(name: $0.name, value: plain.words($0.value)) }
    }
}
