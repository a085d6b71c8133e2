import Dispatch
import Synchronization
import TapObserve
import TapSinks

/// Prints findings as events, in their order, from a thread of its own: encoding them takes as long as a sixth of what
/// finding them takes.
///
/// A batch is handed over when enough was gathered; few batches wait, then the caller does.
final class EventPrinter: Sendable {
    /// How many findings make a batch.
    private static let batchCount = 128
    /// How many batches may wait.
    private static let maximumBatches = 4

    private struct State {
        var encoder = EVEEncoder(portNames: [])
        var output = OutputLines()

        mutating func print(_ findings: [Finding], portNames: [String]) throws {
            encoder.portNames = portNames
            for finding in findings { try output.write(try encoder.line(for: finding)) }
        }
    }

    private let state = Mutex(State())
    private let failure = Mutex<(any Error)?>(nil)
    private let room = DispatchSemaphore(value: maximumBatches)
    private let queue = DispatchQueue(label: "hubtap.events")

    /// Takes `findings` over if they are enough for a batch, and leaves none behind then.
    ///
    /// - Throws: What went wrong with an earlier batch.
    func print(_ findings: inout [Finding], portNames: @autoclosure () -> [String]) throws {
        guard findings.count >= Self.batchCount else { return }
        try hand(over: &findings, portNames: portNames())
    }

    /// Prints `findings` and whatever waits, and returns when all of it was written.
    ///
    /// - Throws: What went wrong with it.
    func finish(_ findings: inout [Finding], portNames: [String]) throws {
        try hand(over: &findings, portNames: portNames)
        queue.sync {}
        try throwFailure()
        try state.withLock { try $0.output.flush() }
    }

    private func hand(over findings: inout [Finding], portNames: [String]) throws {
        try throwFailure()
        let batch = findings
        findings = []
        room.wait()
        queue.async { [self] in
            print(batch, portNames)
            room.signal()
        }
    }

    /// Prints a batch, unless an earlier one could not be printed.
    private func print(_ batch: [Finding], _ portNames: [String]) {
        guard failure.withLock({ $0 }) == nil else { return }
        do {
            try state.withLock { try $0.print(batch, portNames: portNames) }
        } catch {
            failure.withLock { $0 = error }
        }
    }

    private func throwFailure() throws {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
