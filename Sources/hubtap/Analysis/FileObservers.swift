import Synchronization
import TapConfig
import TapFlow
import TapObserve
import TapRelay
import TapWire

/// The observers and rules over the streams of files, and what becomes of their findings.
final class FileObservers: Sendable {
    /// What comes from the thread that reassembles, and goes back to it.
    struct Item: Sendable {
        var batch = StreamBatch()
        /// What the observers said about flows of the batch.
        var interests: StreamInterests = [:]
        var portNames: [String] = []
        /// True if what is found is to be told at once.
        var isPressing = false
    }

    private struct State {
        var pipeline: Pipeline
        var summary = AnalysisSummary()
        /// What was found and is not told yet.
        var findings: [Finding] = []

        mutating func summarise() {
            for finding in findings { summary.count(finding) }
            findings.removeAll(keepingCapacity: true)
        }
    }

    private let state: Mutex<State>
    /// Nil where a summary is asked for.
    private let printer: EventPrinter?
    private let language: RelayLanguage

    /// Prepares to observe; `ports` are those that the configuration names.
    init(settings: HubtapConfiguration, ports: [String], printsEvents: Bool) {
        state = Mutex(State(pipeline: Catalog.pipeline(settings, ports: ports)))
        printer = printsEvents ? EventPrinter() : nil
        language = settings.rules.language
    }

    /// Takes the events of a batch.
    func take(_ item: inout Item) throws {
        try state.withLock { state in
            item.interests = state.pipeline.process(item.batch, into: &state.findings)
            item.batch.removeAll()
            if let printer {
                try printer.print(
                    &state.findings,
                    portNames: item.portNames,
                    isPressing: item.isPressing
                )
            } else {
                state.summarise()
            }
        }
    }

    /// Ends the input, at `position`, and prints what is not printed yet, and the summary where that was asked for.
    func finish(
        at position: Moment,
        portNames: [String],
        statistics: FlowStatistics,
        droppedBefore: UInt64
    ) throws {
        try state.withLock { state in
            state.pipeline.advance(to: position.time, into: &state.findings)
            guard printer == nil else {
                try printer?.finish(&state.findings, portNames: portNames)
                return
            }
            state.summarise()
            state.summary.statistics = statistics
            state.summary.counts = statistics.counts.merging(
                state.pipeline.givenUp,
                uniquingKeysWith: &+
            )
            state.summary.droppedBefore = droppedBefore
            let memory = Catalog.relayMemory(of: state.pipeline)
            state.summary.servers = memory?.postureReports ?? []
            state.summary.incidents = memory?.incidentReports(in: language) ?? []
            var output = OutputLines()
            for line in state.summary.lines(hasColour: Terminal.hasColour) {
                try output.write(line)
            }
            try output.flush()
        }
    }
}
