import TapFlow
public import TapObserve
public import TapWire

/// What the file of an alert's frames says of the alert.
public struct EvidenceNote: Hashable, Sendable, Codable {
    /// The alert's name.
    public var id: String
    /// The rule's id.
    public var rule: String
    /// The rule's number.
    public var signatureID: Int
    /// How bad it is.
    public var severity: Severity
    /// One line: what happened to whom.
    public var signature: String
    /// The facts that fired the rule.
    public var why: String
    /// What to do next.
    public var advice: String
    /// From 0 to 1: how sure the rule is.
    public var confidence: Double
    /// The time of the frame that fired the rule.
    public var time: Timestamp
    /// The first frame that the alert is about.
    public var firstSequence: UInt64
    /// The last one, which fired the rule.
    public var lastSequence: UInt64
    /// Frames that had been overwritten before the observer read them.
    public var missedFrames: UInt64

    /// The words of `alert`, raised by an observer that had missed `missedFrames`.
    public init(_ alert: Alert, missedFrames: UInt64) {
        id = alert.id
        rule = alert.rule.id
        signatureID = alert.rule.signatureID
        severity = alert.severity
        signature = alert.signature
        why = alert.why
        advice = alert.advice
        confidence = alert.confidence
        time = alert.context.moment.time
        firstSequence = alert.context.firstSequence
        lastSequence = alert.context.moment.sequence
        self.missedFrames = missedFrames
    }

    /// True if the alert is about the frame with this number, if that is of its connection.
    func isAbout(_ sequence: UInt64) -> Bool {
        sequence >= firstSequence && sequence <= lastSequence
    }

    /// The alert's name and rule.
    var title: String { "\(id) \(rule)" }

    /// What is said of a frame that the alert is about.
    func words(for sequence: UInt64) -> String {
        let head = "hubtap alert \(id) [\(rule)]: \(signature)"
        return sequence == lastSequence ? head + "\nThis frame raised it. \(why)" : head
    }

    /// What is said of the alert at the head of the file.
    var lines: [String] {
        var lines = [
            "Alert \(id): \(signature)", why, advice,
            "Rule \(rule) (\(signatureID)), severity \(severity.eveNumber), confidence \(confidence); "
                + "frames \(firstSequence) to \(lastSequence), raised at \(time.rfc3339)",
        ]
        if missedFrames > 0 {
            lines.append("The observer had missed \(missedFrames) frames of the ring before that.")
        }
        return lines
    }
}
