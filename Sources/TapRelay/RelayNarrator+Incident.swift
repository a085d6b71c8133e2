import TapMail
import TapObserve
import TapWire

extension RelayNarrator {
    /// The work order of an incident.
    func report(of incident: Incident) -> IncidentReport {
        let values = values(of: incident)
        let ids = incident.queueIDs
        let commands = QueueCommands(incident.family, ids: ids, since: incident.since)
        let named = UInt64(clamping: ids.count)
        let hasMore = commands != nil && incident.tally.messages > named
        return IncidentReport(
            id: incident.id,
            kind: incident.kind,
            earlierKind: incident.earlierKind,
            state: incident.state,
            server: incident.kind == .blind ? nil : incident.server.description,
            serverName: incident.serverName.map { words(.name($0)) },
            subject: incident.subject.isEmpty ? nil : words(.wire(incident.subject, limit: 120)),
            since: incident.since.rfc3339,
            last: incident.last.rfc3339,
            counts: IncidentReport.Counts(incident.tally),
            rules: incident.rules.map(\.rule),
            severity: incident.severity.eveNumber,
            level: "\(incident.severity)",
            confidence: incident.confidence,
            verdict: verdict(of: incident, values),
            why: facts(of: incident, values),
            advice: advice(on: incident, values),
            reasons: reasons(of: incident),
            transcript: transcript(of: incident),
            clientPlace: PlaceSummary(incident.latest.place),
            countries: countries(of: incident),
            queueIDs: ids.isEmpty ? nil : ids,
            unnamedMessages: hasMore ? incident.tally.messages - named : nil,
            commands: commands.map {
                IncidentReport.Commands(
                    hold: $0.hold,
                    remove: $0.remove,
                    list: hasMore ? $0.list : nil
                )
            },
            refute: words(refutation(of: incident), values),
            missed: missed(by: incident),
            language: language
        )
    }

    private func values(of incident: Incident) -> TextValues {
        let (tally, scene) = (incident.tally, incident.latest)
        let server = incident.server.description
        return [
            .server: incident.serverName.map(Phrase.name) ?? .plain(server),
            .serverAddress: .plain(server),
            .subject: incident.subject.isEmpty
                ? .plain(server) : .wire(incident.subject, limit: 120),
            .count: IncidentTexts.events(tally.events),
            .since: .time(incident.since),
            .last: .time(incident.last),
            .until: .time(incident.fixedAt ?? incident.last),
            .clients: IncidentTexts.clients(tally.clients),
            .senders: IncidentTexts.senders(tally.senders),
            .messages: IncidentTexts.messages(tally.messages),
            .addresses: IncidentTexts.recipients(tally.recipients),
            .domains: IncidentTexts.domains(tally.domains),
            .octets: .octets(tally.octets),
            .client: .plain(scene.client.description),
            .network: .plain(scene.client.neighbourhoodName),
            .helo: IncidentTexts.helo(of: scene),
            .login: login(of: scene),
            .tls: .text(
                scene.isEncrypted ? IncidentTexts.insideTLS : IncidentTexts.inClear,
                [.what: .plain(scene.version ?? "TLS")]
            ),
            .recipients: recipients(of: scene),
            .sender: sender(of: scene),
            .final: .reply(code: scene.code, text: scene.text),
        ]
    }

    private func missed(by incident: Incident) -> String {
        if let blindness = incident.blindness { return missed([blindness.kind]) }
        let sessions = words(
            incident.tally.incomplete > 0 ? IncidentTexts.missed : IncidentTexts.nothingMissed,
            [
                .count: .count(Int(clamping: incident.tally.incomplete)),
                .limit: .count(Int(clamping: incident.tally.events)),
            ]
        )
        return incident.blind.map { missed($0) + " " + sessions } ?? sessions
    }

    // MARK: - Who and what

    private func login(of scene: IncidentScene) -> Phrase {
        switch scene.authentication {
        case .some(.none): return .text(RelayTexts.noLogin)
        case .failed: return .text(RelayTexts.failedLogin)
        case .user(let name?):
            return .text(IncidentTexts.loggedIn, [.account: .wire(name, limit: 100)])
        case .user(nil): return .text(IncidentTexts.loggedInUnnamed)
        case .unknown: return .text(IncidentTexts.unknownLogin)
        case nil: break
        }
        guard let attempt = scene.logins.last else { return .text(IncidentTexts.unknownLogin) }
        if attempt.isAccepted {
            return attempt.user.map {
                .text(IncidentTexts.loggedIn, [.account: .wire($0, limit: 100)])
            } ?? .text(IncidentTexts.loggedInUnnamed)
        }
        return .text(
            IncidentTexts.triedLogin,
            [
                .account: attempt.user.map { .wire($0, limit: 100) }
                    ?? .text(IncidentTexts.unnamedAccount),
                .mechanism: .wire(attempt.mechanism, limit: 20),
                .reply: attempt.answer.map { .wire($0, limit: 20) }
                    ?? .text(IncidentTexts.unseenAnswer),
            ]
        )
    }

    private func sender(of scene: IncidentScene) -> Phrase {
        guard let sender = scene.sender else { return .text(RelayTexts.unknownSender) }
        return MailAddress(sender).destination == .nobody
            ? .text(RelayTexts.nobody) : .address(sender)
    }

    private func recipients(of scene: IncidentScene) -> Phrase {
        guard !scene.recipients.isEmpty else {
            return IncidentTexts.unseenRecipients(scene.recipientCount)
        }
        let named = scene.recipients.map { recipient in
            Phrase.text(
                RelayTexts.recipient,
                [
                    .address: .address(recipient.address),
                    .reply: .reply(code: recipient.code, text: recipient.text),
                ]
            )
        }
        return .list(named, total: max(named.count, scene.recipientCount))
    }

    // MARK: - Sentences

    private func verdict(of incident: Incident, _ values: TextValues) -> String {
        var values = provenValues(of: incident, values)
        if case .list(let named, let total)? = values[.recipients] {
            values[.recipients] = .list(Array(named.prefix(1)), total: total)
        }
        let parts =
            incident.aspect.map { [$0.verdict] } ?? incident.blindness.map { kind in
                [BlindTexts.verdict(kind.kind, isOver: incident.fixedAt != nil)]
            } ?? IncidentTexts.verdict(of: incident)
        var verdict =
            enteredVerdict(of: incident, values) ?? weakVerdict(of: incident, values)
            ?? parts.map { words($0, values) }.joined()
        if let proof = incident.proof {
            verdict += words(
                IncidentTexts.proof(proof.delivery),
                [
                    .destination: .wire(proof.destination, limit: 120),
                    .delay: proof.delay.map(Phrase.plain) ?? .text(IncidentTexts.shortly),
                    .since: .time(proof.time),
                ]
            )
        }
        verdict += "."
        guard incident.confidence < IncidentTexts.sureFrom else { return verdict }
        return words(IncidentTexts.unsure, [.share: .percent(incident.confidence)]) + verdict
    }

    /// What stands in the gaps of the verdict: of the message that was seen to leave, if one was.
    private func provenValues(of incident: Incident, _ values: TextValues) -> TextValues {
        guard let proof = incident.proof, let client = proof.client else { return values }
        let isOfLatest =
            client == incident.latest.client.description
            && incident.latest.recipients.contains {
                words(.address($0.address)) == proof.recipient
            }
        guard !isOfLatest else { return values }
        var values = values
        values[.client] = .plain(client)
        values[.login] = .text(RelayTexts.noLogin)
        values[.recipients] =
            proof.recipient.map(Phrase.address) ?? IncidentTexts.unseenRecipients(0)
        return values
    }

    private func facts(of incident: Incident, _ values: TextValues) -> String {
        let scene = incident.latest
        if let blindness = incident.blindness {
            let what = words(BlindTexts.why(blindness.kind), BlindTexts.values(of: blindness))
            return what + " " + words(IncidentTexts.span, values)
        }
        var who = values
        who[.client] = IncidentTexts.client(
            scene.client,
            known: PlaceTexts.parts(of: scene.place)
                + [NameTexts.aside(scene.clientName)].compactMap(\.self)
        )
        who[.form] =
            scene.port == 0
            ? .plain("") : .text(IncidentTexts.port, [.form: .plain(String(scene.port))])
        var sentences = [words(IncidentTexts.who, who)]
        if incident.tally.clients > 1 || incident.tally.senders > 1 {
            let areShown = incident.tally.senders > 0
            sentences.append(
                words(areShown ? IncidentTexts.crowd : IncidentTexts.crowdOfClients, values)
            )
            if let origins = PlaceTexts.origins(incident.tally) { sentences.append(words(origins)) }
        }
        if scene.isTransaction {
            var what = values
            what[.octets] = .octets(scene.octets)
            sentences.append(words(IncidentTexts.what, what))
            if scene.code != nil { sentences.append(words(IncidentTexts.lastWords, what)) }
        }
        let hasMail = scene.isTransaction || incident.tally.messages > 0
        sentences.append(words(hasMail ? IncidentTexts.extent : IncidentTexts.span, values))
        sentences += pace(of: incident)
        if incident.state == .quiet {
            let silence: TextValues = [.period: .duration(incident.quietAfter)]
            sentences.append(words(IncidentTexts.silence, silence))
        }
        if incident.isKeeping {
            sentences.append(words(IncidentTexts.keeping, values))
        } else if incident.kind.isRelay, incident.proof == nil,
            !(incident.hasReturned ?? false)
        {
            sentences.append(words(IncidentTexts.notYetLeft, values))
        }
        return sentences.joined(separator: " ")
    }

    private func pace(of incident: Incident) -> [String] {
        // Findings that stay are told once a day: that is our clock, not that of a machine.
        guard incident.tally.events > 1, incident.kind != .weakPosture, incident.kind != .blind
        else { return [] }
        var sentences: [String] = []
        let pace = incident.pace
        sentences.append(
            words(
                incident.isActive ? IncidentTexts.pace : IncidentTexts.paceOver,
                [
                    .lately: .count(Int(clamping: pace.lately)),
                    .earlier: .count(Int(clamping: pace.earlier)),
                    .trend: .text(IncidentTexts.trend(pace.trend)),
                ]
            )
        )
        if let beat = incident.beat {
            sentences.append(
                words(
                    IncidentTexts.beat,
                    [
                        .period: .duration(beat.period), .deviation: .duration(beat.deviation),
                        .count: .count(beat.count), .since: .time(beat.since),
                    ]
                )
            )
        }
        return sentences
    }

    private func reasons(of incident: Incident) -> [IncidentReport.Reason] {
        let said = incident.rules.map {
            IncidentReport.Reason(
                time: $0.since.rfc3339,
                rule: $0.rule,
                count: $0.count,
                words: $0.words
            )
        }
        let turned = incident.turns.map { turn in
            IncidentReport.Reason(
                time: turn.time.rfc3339,
                rule: turn.rule,
                count: 1,
                words: words(
                    IncidentTexts.turned,
                    [
                        .what: .text(IncidentTexts.name(of: turn.from)),
                        .subject: .text(IncidentTexts.name(of: turn.to)),
                        .rule: .plain(turn.rule),
                    ]
                )
            )
        }
        return (said + turned).sorted { $0.time < $1.time }
    }
}

extension IncidentReport.Counts {
    fileprivate init(_ tally: IncidentTally) {
        self.init(
            events: tally.events,
            messages: tally.messages,
            recipients: tally.recipients,
            octets: tally.octets,
            clients: tally.clients,
            senders: tally.senders,
            domains: tally.domains,
            countries: tally.countries.count > 0 ? tally.countries.count : nil
        )
    }
}

extension IncidentScene.Login {
    /// True if the server let it in, by SMTP, POP3 or IMAP.
    fileprivate var isAccepted: Bool { answer.map(["235", "+OK", "OK"].contains) ?? false }
}
