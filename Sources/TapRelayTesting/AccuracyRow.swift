public import TapRelay
public import TapTesting

/// A line of the table of accuracy, with what is to be reached.
public enum AccuracyRow: String, Sendable, CaseIterable {
    case openRelay = "open relay, clear"
    case periodic = "story as periodic"
    case inferred = "relay under TLS"
    case stolenWorldwide = "stolen, many countries"
    case stolenNearby = "stolen, same country"
    case infected = "bot and web script"
    case bruteForce = "brute force, success"
    case harvest = "harvest"
    case smuggling = "smuggling, injection"
    case hunter = "relay hunter"

    /// The abuses it counts.
    public var kinds: [AbuseKind] {
        switch self {
        case .openRelay: [.story, .burst, .slow, .form, .natBlinded, .mixed]
        case .periodic: [.story]
        case .inferred: [.underTLS]
        case .stolenWorldwide: [.stolenWorldwide]
        case .stolenNearby: [.stolenNearby]
        case .infected: [.bot, .script]
        case .bruteForce: [.bruteForce]
        case .harvest: [.harvest]
        case .smuggling: [.smuggling, .injection]
        case .hunter: [.hunter]
        }
    }

    /// The classes of trouble it may be told as.
    public var classes: Set<IncidentClass> {
        switch self {
        case .openRelay, .periodic, .inferred: [.openRelay, .natBlindedRelay]
        case .stolenWorldwide, .stolenNearby, .bruteForce: [.stolenAccount]
        case .infected: [.infectedClient]
        case .harvest: [.harvest]
        case .smuggling: [.smuggling]
        case .hunter: [.openRelay, .relayTest]
        }
    }

    /// The rule that must have told it; nil if any rule of its classes will do.
    public var rule: String? { self == .periodic ? "relay.periodic" : nil }

    /// By which mail, or refused recipient, it must be told.
    public var mailLimit: Int {
        switch self {
        case .openRelay, .smuggling, .hunter: 1
        case .periodic: 7
        case .inferred, .harvest: 10
        case .stolenWorldwide, .stolenNearby: 5
        case .infected, .bruteForce: 4
        }
    }

    /// The least precision and recall.
    public var goal: (precision: Double, recall: Double) {
        switch self {
        case .openRelay: (0.995, 0.995)
        case .periodic: (0.99, 0.99)
        case .inferred: (0.97, 0.9)
        case .stolenWorldwide: (0.98, 0.97)
        case .stolenNearby: (0.98, 0.85)
        case .infected, .bruteForce, .harvest: (0.98, 0.98)
        case .smuggling: (0.999, 0.999)
        case .hunter: (0.995, 0.995)
        }
    }

    /// True if `detection` may be what tells of an abuse of this line.
    func tells(_ detection: Detection) -> Bool {
        guard rule == nil || detection.rule == rule else { return false }
        return rule != nil || detection.kind.map(classes.contains) ?? false
    }

    /// The line that an incident nobody has caused is counted against.
    static func blamed(for detection: Detection) -> AccuracyRow? {
        switch detection.kind {
        case .openRelay, .natBlindedRelay:
            detection.rule == "relay.inferred"
                ? .inferred : detection.rule == "relay.hunter" ? .hunter : .openRelay
        case .stolenAccount:
            detection.rule == "account.bruteforce" ? .bruteForce : .stolenWorldwide
        case .infectedClient: .infected
        case .harvest: .harvest
        case .smuggling: .smuggling
        case .backscatter, .relayTest, .weakPosture, .blind, nil: nil
        }
    }
}
