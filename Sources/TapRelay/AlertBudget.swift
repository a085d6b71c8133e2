import TapObserve
import TapWire

/// How many alerts of one kind were raised and held back in the current window.
struct AlertBudget: Sendable, Codable {
    /// What one kind of alert is.
    struct Key: TableKey {
        var rule: Int
        var server: IPAddress
        var severity: Severity
        /// The digest of the account or client it is about; 0 in what an earlier hubtap has stored.
        var subject: UInt64 = 0

        init(rule: Int, server: IPAddress, severity: Severity, subject: UInt64) {
            (self.rule, self.server) = (rule, server)
            (self.severity, self.subject) = (severity, subject)
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            rule = try container.decode(Int.self, forKey: .rule)
            server = try container.decode(IPAddress.self, forKey: .server)
            severity = try container.decode(Severity.self, forKey: .severity)
            subject = try container.decodeIfPresent(UInt64.self, forKey: .subject) ?? 0
        }
    }

    /// Whether an alert goes out.
    enum Decision: Hashable, Sendable {
        /// It goes out; so many before it were held back and are named in it.
        case raise(heldBack: Int)
        /// It is only counted.
        case hold
    }

    /// When the window began.
    private(set) var since: Timestamp
    /// When the latest alert of the kind came; nil in what an earlier hubtap has stored.
    private var last: Timestamp?
    private var raised = 0
    private var heldBack = 0

    init(since: Timestamp) { self.since = since }

    /// Takes one more alert.
    mutating func spend(at time: Timestamp, by suppression: AlertSuppression) -> Decision {
        // Behind a clock that was set back the window goes on with what was left of it at the latest alert.
        if time < since {
            let age = last.map { $0.duration(since: since) } ?? .zero
            since = time.advanced(by: .zero - max(.zero, age))
        }
        last = time
        guard time.duration(since: since) < suppression.window else {
            let before = heldBack
            (since, raised, heldBack) = (time, 1, 0)
            return .raise(heldBack: before)
        }
        guard raised >= suppression.limit else {
            raised += 1
            return .raise(heldBack: 0)
        }
        heldBack &+= 1
        return heldBack.isTenfold ? .raise(heldBack: heldBack) : .hold
    }
}

extension Int {
    /// True for 10, 100, 1,000 and so on.
    fileprivate var isTenfold: Bool {
        var rest = self
        while rest >= 10, rest.isMultiple(of: 10) { rest /= 10 }
        return rest == 1 && self > 1
    }
}
