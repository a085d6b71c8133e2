import Foundation
import Synchronization
public import TapWire

/// Where the analysis leaves what is to be kept, and learns what became of it; it never waits here.
public final class EvidenceDesk: Sendable {
    /// The most outcomes that wait to be told.
    private static let outcomeLimit = 1_000

    private let limits: EvidenceLimits
    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)

    private struct State {
        /// Requests nobody has taken yet, and the order of their files.
        var requests: [String: EvidenceRequest] = [:]
        var order: [String] = []
        /// Files that are being gathered.
        var open: Set<String> = []
        var ledger = EvidenceLedger()
        var outcomes: [EvidenceOutcome] = []
        /// How far the analysis has come.
        var read = Timestamp.distantPast
        /// Why the folder cannot be used; nil if it can.
        var obstacle: String?
        var isClosed = false
    }

    /// An empty desk.
    public init(limits: EvidenceLimits = EvidenceLimits()) { self.limits = limits }

    /// Leaves a request.
    ///
    /// - Returns: nil, or why nobody will see to it.
    public func offer(_ request: EvidenceRequest) -> String? {
        let refusal: String? = state.withLock { state -> String? in
            if var known = state.requests[request.file] {
                known.merge(request, limit: limits.alerts)
                state.requests[request.file] = known
                return nil
            }
            let isNew = !state.open.contains(request.file)
            if isNew {
                state.ledger.asked += 1
                if let reason = objection(state) {
                    state.ledger.refused += 1
                    return reason
                }
                state.ledger.waiting += 1
            }
            state.requests[request.file] = request
            state.order.append(request.file)
            return nil
        }
        bell.signal()
        return refusal
    }

    private func objection(_ state: borrowing State) -> String? {
        if let obstacle = state.obstacle { return obstacle }
        guard state.ledger.waiting < UInt64(limits.waitingFiles) else {
            return "\(limits.waitingFiles) files wait to be gathered already"
        }
        return nil
    }

    /// Says that every alert up to `time` was left here.
    public func advance(to time: Timestamp) { state.withLock { $0.read = time } }

    /// Says that nothing can be kept until further notice.
    public func refuse(because reason: String) { obstacle = reason }

    /// Says that nothing more will come; what is not gathered waits for the next process.
    public func close() {
        state.withLock { $0.isClosed = true }
        bell.signal()
    }

    /// The counters.
    public var ledger: EvidenceLedger { state.withLock { $0.ledger } }

    /// What became of files since the last call.
    public func takeOutcomes() -> [EvidenceOutcome] {
        state.withLock { state in
            defer { state.outcomes = [] }
            return state.outcomes
        }
    }
}

// MARK: - The side of who gathers

extension EvidenceDesk {
    /// True once nothing more will come.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// How far the analysis has come.
    var read: Timestamp { state.withLock { $0.read } }

    /// Why the folder cannot be used.
    var obstacle: String? {
        get { state.withLock { $0.obstacle } }
        set {
            state.withLock { state in
                state.obstacle = newValue
                state.ledger.trouble = newValue
            }
        }
    }

    /// Takes what concerns files that are open, and at most `room` others, which are open from then on.
    func take(room: Int) -> [EvidenceRequest] {
        state.withLock { state in
            var room = room
            var taken: [EvidenceRequest] = []
            var left: [String] = []
            for file in state.order {
                let isOpen = state.open.contains(file)
                guard isOpen || room > 0, let request = state.requests.removeValue(forKey: file)
                else {
                    left.append(file)
                    continue
                }
                taken.append(request)
                guard !isOpen else { continue }
                room -= 1
                state.open.insert(file)
                state.ledger.waiting -= 1
                state.ledger.open += 1
            }
            state.order = left
            return taken
        }
    }

    /// Closes a file that was open.
    func settle(_ outcome: EvidenceOutcome) {
        state.withLock { state in
            if state.open.remove(outcome.file) != nil { state.ledger.open -= 1 }
            switch outcome.kind {
            case .written:
                state.ledger.written += 1
                state.ledger.trouble = state.obstacle
            case .failed(let reason):
                state.ledger.failed += 1
                state.ledger.trouble = reason
            case .deleted: state.ledger.deleted += 1
            }
            if state.outcomes.count < Self.outcomeLimit { state.outcomes.append(outcome) }
        }
    }

    /// Waits until something is left here, at most for `limit` seconds.
    func rest(upTo limit: Double) { _ = bell.wait(timeout: .now() + limit) }
}
