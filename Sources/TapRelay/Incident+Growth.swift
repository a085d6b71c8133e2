import TapObserve
import TapWire

extension Incident {
    /// Takes a signal; true if that is to be told.
    mutating func take(_ signal: Signal, of mail: MailCase, isNew: Bool) -> Bool {
        let isReawakened = state == .quiet || state == .fixed
        last = max(last, mail.time)
        place = IncidentPlace(mail.context)
        if signal.about == nil {
            serverName = mail.ends.serverName?.name ?? serverName
            if mail.family != .unknown { family = mail.family }
        }
        if mail.onward != nil { isKeeping = false }
        // The second signal of the same event counts no second mail, and a message that leaves none either.
        if place != countedPlace, mail.onward == nil {
            tally.count(mail)
            countedPlace = place
            note(queueID: mail.queueID?.text)
        }
        note(signal)
        confidence = max(confidence, mail.confidence(signal.certainty, for: signal.basis))
        if isNew { return tell(.opened) }
        if let better = signal.incident, better != kind, better == .natBlindedRelay {
            earlierKind = kind
            kind = better
            return tell(.reclassified)
        }
        if isReawakened { return tell(.grown) }
        guard tally.events >= 10 * toldCount else { return false }
        return tell(.grown)
    }

    /// Counts a signal by its rule.
    mutating func note(_ signal: Signal) {
        severity = max(severity, signal.severity)
        if let index = rules.firstIndex(where: { $0.rule == signal.rule.id }) {
            rules[index].count &+= 1
            rules[index].severity = max(rules[index].severity, signal.severity)
        } else {
            rules.append(RuleCount(rule: signal.rule.id, count: 1, severity: signal.severity))
        }
    }

    private mutating func note(queueID: String?) {
        guard let queueID, queueIDs.count < Self.queueLimit, !queueIDs.contains(queueID) else {
            return
        }
        queueIDs.append(queueID)
    }

    private mutating func tell(_ state: State) -> Bool {
        self.state = state
        toldCount = max(1, tally.events)
        return true
    }

    /// Grows older; true if that is to be told.
    mutating func age(at time: Timestamp) -> Bool {
        let silence = time.duration(since: last)
        switch state {
        case .opened, .grown, .reclassified:
            guard silence >= IncidentBook.quietAfter else { return false }
            state = .quiet
        case .quiet, .fixed:
            guard silence >= IncidentBook.closedAfter else { return false }
            state = .closed
        case .closed: return false
        }
        return true
    }

    /// When silence will have lasted long enough for the next state; nil if there is none.
    var nextMoment: Timestamp? {
        switch state {
        case .opened, .grown, .reclassified: last.advanced(by: IncidentBook.quietAfter)
        case .quiet, .fixed: last.advanced(by: IncidentBook.closedAfter)
        case .closed: nil
        }
    }
}
