import Synchronization
import TapObserve
import TapSinks

/// Prints findings as events, in their order, from a thread of its own: encoding them takes as long as a third of what
/// finding them takes.
final class EventPrinter: Sendable {
    /// How many findings make a batch.
    private static let batchCount = 128

    private struct Batch {
        var findings: [Finding]
        var portNames: [String]
        var isPressing = false
    }

    private final class Lines: Sendable {
        private struct State {
            var encoder = EVEEncoder(portNames: [])
            var output = OutputLines()
        }

        private let state = Mutex(State())

        func print(_ batch: inout Batch) throws {
            try state.withLock { state in
                state.encoder.portNames = batch.portNames
                for finding in batch.findings {
                    try state.output.write(try state.encoder.line(for: finding))
                }
            }
            if batch.isPressing { try flush() }
            batch.findings.removeAll(keepingCapacity: true)
        }

        func flush() throws { try state.withLock { try $0.output.flush() } }
    }

    private let lines: Lines
    private let stage: Stage<Batch>
    /// True if something was handed on that may wait for more, or was not written yet.
    private let hasWaiting = Mutex(false)

    init() {
        let lines = Lines()
        self.lines = lines
        stage = Stage("hubtap.events") { try lines.print(&$0) }
    }

    /// Takes `findings` over if they are enough for a batch, or they and what waits are to be told at once, and leaves none
    /// behind then.
    ///
    /// - Throws: What went wrong with an earlier batch.
    func print(_ findings: inout [Finding], portNames: [String], isPressing: Bool) throws {
        let hasNews = !findings.isEmpty || hasWaiting.withLock(\.self)
        guard findings.count >= Self.batchCount || isPressing && hasNews else { return }
        try hand(over: &findings, portNames: portNames, isPressing: isPressing)
    }

    /// Prints `findings` and whatever waits, and returns when all of it was written.
    ///
    /// - Throws: What went wrong with it.
    func finish(_ findings: inout [Finding], portNames: [String]) throws {
        try hand(over: &findings, portNames: portNames)
        try stage.finish()
        try lines.flush()
    }

    private func hand(
        over findings: inout [Finding],
        portNames: [String],
        isPressing: Bool = false
    ) throws {
        var batch = Batch(findings: findings, portNames: portNames, isPressing: isPressing)
        findings = []
        hasWaiting.withLock { $0 = !isPressing }
        try stage.exchange(
            &batch,
            isPressing: isPressing,
            for: Batch(findings: [], portNames: [])
        )
        findings = batch.findings
    }
}
