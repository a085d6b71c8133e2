import Synchronization
import TapWire

/// How much work all sessions of an observer together may put into what cannot be read plainly: dialogues behind a hole,
/// and what is said inside TLS.
///
/// Both are bounded in one session, but an attacker may open many. What comes to the budget, comes with the time of the
/// frames, so that what is told does not depend on the machine. Who finds it empty gives up and says less; how often
/// that was is counted.
public final class WorkBudget: Sendable {
    /// What was given up.
    enum Loss: String, Sendable {
        /// A dialogue behind a hole: all that was undecided is left so.
        case uncertainty = "uncertain_dialogues_given_up"
        /// What is said inside TLS.
        case inference = "inferences_given_up"
    }

    /// The right to infer what is said in one connection; given back when nobody holds it any more.
    final class Place: Sendable {
        private let budget: WorkBudget

        fileprivate init(of budget: WorkBudget) { self.budget = budget }

        deinit { budget.state.withLock { $0.places &-= 1 } }
    }

    private struct State {
        var steps: Int
        var places = 0
        var time: Timestamp?
        var losses: [Loss: UInt64] = [:]
    }

    /// Steps that a second of the frames' time brings; a step is one place, reply or reading looked at.
    public let stepsPerSecond: Int
    /// Steps that may be saved up.
    public let capacity: Int
    /// Connections whose TLS may be followed at the same time; the readings of one take some 50 KiB.
    public let places: Int
    private let state: Mutex<State>

    /// Creates a full budget.
    public init(
        stepsPerSecond: Int = 2_000_000,
        capacity: Int = 20_000_000,
        places: Int = 2_048
    ) {
        self.stepsPerSecond = max(0, stepsPerSecond)
        self.capacity = max(0, capacity)
        self.places = max(0, places)
        state = Mutex(State(steps: max(0, capacity)))
    }

    /// How often something was given up, by what it was; what never was is not there.
    public var losses: [String: UInt64] {
        state.withLock { state in
            Dictionary(uniqueKeysWithValues: state.losses.map { ($0.key.rawValue, $0.value) })
        }
    }

    /// True if there is something left at `time`; else `loss` is counted.
    func allows(_ loss: Loss, at time: Timestamp) -> Bool {
        state.withLock { state in
            refill(&state, at: time)
            if state.steps > 0 { return true }
            state.losses[loss, default: 0] &+= 1
            return false
        }
    }

    /// A place for one more connection; nil, which is counted, if all are taken.
    func place() -> Place? {
        let isFree = state.withLock { state in
            guard state.places < places else {
                state.losses[.inference, default: 0] &+= 1
                return false
            }
            state.places &+= 1
            return true
        }
        return isFree ? Place(of: self) : nil
    }

    /// Takes out what was used; the last one may use more than was left.
    func spend(_ steps: Int) {
        state.withLock { $0.steps &-= max(0, steps) }
    }

    private func refill(_ state: inout State, at time: Timestamp) {
        guard let last = state.time else { return state.time = time }
        guard time > last else { return }
        state.time = time
        let (seconds, attoseconds) = time.duration(since: last).components
        let passed = Double(seconds) + Double(attoseconds) / 1e18
        let news = min(Double(capacity), passed * Double(stepsPerSecond))
        state.steps = min(capacity, state.steps &+ Int(news))
    }
}
