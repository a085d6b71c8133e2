import TapMail
import TapObserve
import TapWire

extension Incident.Proof {
    fileprivate init?(
        _ delivery: Signal.Delivery,
        _ values: TextValues,
        at time: Timestamp,
        _ narrator: RelayNarrator
    ) {
        guard let destination = values[.destination] else { return nil }
        self.init(
            time: time,
            destination: narrator.words(destination),
            delay: values[.delay].map(narrator.words),
            client: values[.client].map(narrator.words),
            recipient: values[.address].map(narrator.words),
            delivery: delivery
        )
    }
}

extension Incident {
    /// Opens an incident at the first signal of it.
    init(
        _ signal: Signal,
        kind: IncidentClass,
        of mail: MailCase,
        at home: IncidentHome,
        id: String
    ) {
        let scene = signal.unseen.map { IncidentScene($0) } ?? IncidentScene(mail)
        self.init(
            id: id,
            kind: kind,
            server: home.address,
            serverName: home.name,
            family: home.family,
            subject: signal.subject,
            aspect: signal.aspect,
            since: scene.time,
            last: mail.time,
            severity: signal.severity,
            confidence: mail.confidence(signal.certainty, for: signal.basis),
            first: scene,
            latest: scene,
            place: IncidentPlace(mail.context)
        )
    }

    /// Takes a signal, which comes after the `earlier` events; true if that is to be told.
    mutating func take(
        _ signal: Signal,
        of mail: MailCase,
        at home: IncidentHome,
        isNew: Bool,
        earlier: EarlierEvents,
        narrator: RelayNarrator
    ) -> Bool {
        let isLeftOver = isLeftOver(signal, mail)
        let isReawakened = state == .quiet || fixedAt != nil
        hasReturned = nil
        let told = toldSeverity ?? severity
        if !isLeftOver {
            fixedAt = nil
            pause = IncidentPause.next(
                after: pause,
                mail.time.duration(since: last),
                rest: signal.rest,
                at: mail.time
            )
            last = max(last, mail.time)
        }
        let here = IncidentPlace(mail.context)
        place = here
        serverName = home.name ?? serverName
        if home.family != .unknown { family = home.family }
        aspect = aspect?.joined(with: signal.aspect)
        if mail.onward != nil { isKeeping = false }
        if mail.isStrangerAccepted { hasSaidYes = true }
        if let scene = earlier.first, scene.time < first.time { first = scene }
        for mail in earlier.mails {
            since = min(since, mail.time)
            count(mail)
        }
        // The second signal of the same event counts no second mail, and a message that leaves none either.
        if !mail.isOnlyLeaving, signal.unseen == nil, !isCounted(here) {
            countedPlace = here
            count(CountedMail(mail, at: home.address))
            latest = IncidentScene(mail)
        }
        note(signal, of: mail, narrator)
        let hasRisen = riseAgain(to: told, at: mail.time)
        if let delivery = signal.delivery, kind.isRelay {
            proof = Proof(delivery, signal.values, at: mail.time, narrator)
        }
        if let entrance = signal.entrance {
            entrances = (entrances ?? []).suffix(Entrance.limit - 1) + [entrance]
        }
        if let weakness = signal.weakness { note(weakness) }
        if let unseen = signal.unseen {
            // A relay that is inferred from what leaves has not been counted when it came.
            count(CountedMail(unseen))
            latest = IncidentScene(unseen)
        }
        learn(mail.clientName)
        learn(mail.suspectName)
        confidence = max(confidence, mail.confidence(signal.certainty, for: signal.basis))
        if isNew { return tell(.opened) }
        if let better = signal.incident, better != kind, better == .natBlindedRelay {
            turn(to: better, by: signal.rule.id, at: mail.time)
            return tell(.reclassified)
        }
        if isLeftOver { return severity > told ? tell(.fixed) : false }
        if isReawakened { return tell(.grown) }
        guard tally.events >= 10 * toldCount || severity > told || hasRisen else { return false }
        return tell(.grown)
    }

    /// True if the event at `place` is the one that was counted last.
    private func isCounted(_ place: IncidentPlace) -> Bool {
        countedPlace.map { $0 == place } ?? false
    }

    /// Takes how a client is called.
    private mutating func learn(_ name: ReverseName?) {
        first.learn(name)
        latest.learn(name)
    }

    /// True if `mail` only shows leaving what the server had taken before it was put right: it is none the less right now.
    private func isLeftOver(_ signal: Signal, _ mail: MailCase) -> Bool {
        if let fixedAt, let unseen = signal.unseen { return unseen.time < fixedAt }
        guard let fixedAt, mail.isOnlyLeaving, let relay = mail.onward?.value.relay else {
            return false
        }
        return relay.time < fixedAt
    }

    private mutating func count(_ mail: CountedMail) {
        tally.count(mail)
        pace.count(mail.time, events: mail.events ?? 1)
        rhythm.observe(mail.time, by: Self.beatTest)
        // What passes while a server shows a weakness is ordinary mail.
        guard kind != .weakPosture, kind != .blind else { return }
        if let id = mail.queueID { keep(queueID: id) }
        for id in mail.furtherQueueIDs ?? [] { keep(queueID: id) }
    }

    private mutating func keep(queueID id: String) {
        guard queueIDs.count < Self.queueLimit, !queueIDs.contains(id) else { return }
        queueIDs.append(id)
    }

    /// What counts as a rhythm in the words of an incident: the defaults of `relay.periodic`.
    private static let beatTest = Rhythm.Test(intervals: 6, spread: 0.25, shortest: .seconds(30))

    /// The rhythm of its latest events; nil if there is none.
    var beat: Rhythm.Beat? { rhythm.beat(by: Self.beatTest) }

    /// Counts a signal by its rule, and keeps what it said first and worst.
    mutating func note(_ signal: Signal, of mail: MailCase, _ narrator: RelayNarrator) {
        // What says something of the server as a whole makes none of its incidents worse.
        if signal.incident != nil {
            // What only keeps mail stays a warning whatever else it takes, until something leaves.
            severity = max(severity, isKeeping ? min(signal.severity, .medium) : signal.severity)
        }
        guard let index = rules.firstIndex(where: { $0.rule == signal.rule.id }) else {
            rules.append(
                RuleCount(
                    rule: signal.rule.id,
                    count: 1,
                    severity: signal.severity,
                    since: mail.time,
                    words: narrator.sentence(of: signal, in: mail)
                )
            )
            return
        }
        rules[index].count &+= 1
        guard signal.severity > rules[index].severity else { return }
        rules[index].severity = signal.severity
        rules[index].since = mail.time
        rules[index].words = narrator.sentence(of: signal, in: mail)
    }

    /// It is of another class, as `rule` has shown.
    mutating func turn(to better: IncidentClass, by rule: String, at time: Timestamp) {
        turns = turns.suffix(Self.turnLimit - 1)
        turns.append(Turn(time: time, from: kind, to: better, rule: rule))
        kind = better
    }

    /// Notes what the tap itself may have missed at the time of an event.
    mutating func note(_ spells: [BlindMemory.Spell]) {
        guard !spells.isEmpty else { return }
        var kinds = blind ?? []
        for spell in spells where !kinds.contains(spell.kind) { kinds.append(spell.kind) }
        blind = kinds
    }

    /// True if it goes on: it was seen within a day and was not put right.
    var isActive: Bool { state == .opened || state == .grown || state == .reclassified }

    /// True if `client` was the first or the latest in it.
    func isAbout(_ client: IPAddress) -> Bool { first.client == client || latest.client == client }

    /// True if the server was not seen to relay otherwise than by odd forms of address.
    var isByFormsOnly: Bool {
        let others = [
            OpenRelayRule.identity.id, NullSenderRelayRule.identity.id,
            InferredRelayRule.identity.id, NattedRelayRule.identity.id,
        ]
        return !rules.contains { others.contains($0.rule) }
    }

    /// True if it is a test by the list, form by form, and not just somebody who was refused.
    var isSystematicTest: Bool {
        rules.contains { [RelayTestRule.identity.id, FormRelayRule.identity.id].contains($0.rule) }
    }

    mutating func tell(_ state: State) -> Bool {
        self.state = state
        toldCount = max(1, tally.events)
        return true
    }
}
