import Foundation
import Synchronization
import SystemPackage
import TapCapture
import TapFlow
import TapObserve
import TapSinks
import TapStore
import TapTesting
import TapWire

/// Frames that a source of evidence reads, as a ring would hold them.
final class FrameStock: Sendable {
    private let state: Mutex<State>

    struct State {
        var identity: [UInt8]
        /// In order, numbered from 0.
        var frames: [OwnedFrame]
        /// How many of them were written so far.
        var written: Int
        /// How many of those were overwritten.
        var overwritten = 0
        var isReplaced = false
    }

    init(_ frames: [OwnedFrame], identity: [UInt8] = [1]) {
        state = Mutex(State(identity: identity, frames: frames, written: 0))
    }

    func with<Value>(_ body: (inout State) -> Value) -> Value where Value: Sendable {
        state.withLock { body(&$0) }
    }

    /// Writes the frames that arrived up to `time`.
    func write(upTo time: Timestamp) {
        with { state in
            state.written = state.frames.prefix { $0.metadata.arrival <= time }.count
        }
    }

    /// Overwrites the frames that arrived before `time`.
    func overwrite(before time: Timestamp) {
        with { state in
            state.overwritten = state.frames.prefix { $0.metadata.arrival < time }.count
        }
    }
}

/// Reads a stock of frames.
struct StockSource: EvidenceSource {
    let stock: FrameStock
    private(set) var nextSequence: UInt64 = 0

    init(_ stock: FrameStock) { self.stock = stock }

    var identity: [UInt8] { stock.with { $0.identity } }
    var interfaces: [CaptureInterface] {
        [CaptureInterface(name: "eth0"), CaptureInterface(name: "eth1")]
    }
    var unmirrored: [UInt64] { [3, 0] }

    func oldest() -> Timestamp? {
        stock.with { $0.frames[$0.overwritten..<$0.written].first?.metadata.arrival }
    }

    mutating func go(to place: EvidencePlace) {
        nextSequence = stock.with { state in
            switch place {
            case .newest: UInt64(state.written)
            case .sequence(let sequence): min(sequence, UInt64(state.written))
            case .time(let time):
                UInt64(
                    state.frames[state.overwritten..<state.written]
                        .firstIndex { $0.metadata.arrival >= time } ?? state.written
                )
            }
        }
    }

    mutating func arrival(of sequence: UInt64) -> Timestamp? {
        stock.with { state in
            let index = Int(sequence)
            guard index >= state.overwritten, index < state.written else { return nil }
            return state.frames[index].metadata.arrival
        }
    }

    mutating func read(
        atMost count: Int,
        before end: UInt64,
        wants: (borrowing Frame) -> Bool,
        take: (borrowing Frame) -> Void,
        lose: (Range<UInt64>) -> Void
    ) -> Bool {
        for _ in 0..<count {
            let state = stock.with { $0 }
            guard nextSequence < min(end, UInt64(state.written)) else { return false }
            if nextSequence < state.overwritten {
                lose(nextSequence..<UInt64(state.overwritten))
                nextSequence = UInt64(state.overwritten)
                continue
            }
            let owned = state.frames[Int(nextSequence)]
            nextSequence += 1
            if wants(owned.cut(to: 128).frame) { take(owned.frame) }
        }
        return true
    }

    func wait(upTo limit: Duration) -> Bool { stock.with { !$0.isReplaced } }
}

/// A tap with evidence around noon: one frame a second of the connection that alerts are about, and one of another.
struct EvidenceWorld {
    let folder: TemporaryFolder
    let configuration: EvidenceConfiguration
    let store: Store
    let stock: FrameStock

    init(keep: Int = 1 << 30) throws {
        folder = try TemporaryFolder()
        configuration = EvidenceConfiguration(directory: folder.file("evidence"), keep: keep)
        store = try Store.inMemory()
        stock = FrameStock(Self.frames())
        try EvidenceFolder(path: configuration.directory).prepare()
    }

    /// Two minutes of frames of both connections, from a minute before noon on.
    private static func frames() -> [OwnedFrame] {
        let all = [(UInt16(40_000), Duration.zero), (50_000, .milliseconds(500))]
        let frames = all.flatMap { port, delay in
            var settings = TCPConversation.Settings()
            settings.a.port = port
            settings.start = at(-60).advanced(by: delay)
            settings.interval = .seconds(1)
            settings.acknowledgesAtOnce = false
            var conversation = TCPConversation(settings)
            for second in 0...120 {
                conversation.emit(from: second.isMultiple(of: 2) ? .a : .b)
            }
            return conversation.frames
        }
        return FaultInjector.renumbered(
            frames.sorted { $0.metadata.arrival < $1.metadata.arrival }
        )
    }

    /// A number of seconds after noon.
    static func at(_ seconds: Int) -> Timestamp {
        Timestamp(nanoseconds: 1_795_435_200_000_000_000).advanced(by: .seconds(seconds))
    }

    /// The number of the frame of the connection so many seconds after noon.
    static func sequence(_ seconds: Int) -> UInt64 { UInt64((seconds + 60) * 2) }

    /// An alert that the connection's frames between two seconds after noon raised.
    static func alert(
        _ number: Int = 1,
        from first: Int = -5,
        to last: Int = 0,
        port: UInt16 = 40_000
    ) -> Alert {
        var flow = Flow.sample
        flow.a.port = port
        flow.id = FlowID(rawValue: UInt64(port))
        var alert = Alert.sample(id: "20261123T120000Z-" + String(format: "%06d", number))
        alert.context = EventContext(
            flow: flow,
            moment: Moment(time: at(last), sequence: sequence(last)),
            firstSequence: sequence(first)
        )
        return alert
    }

    func file(_ name: String) -> String { configuration.directory + "/" + name }

    /// The names in the folder.
    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: configuration.directory)) ?? [])
            .sorted()
    }

    /// Starts an observer with what earlier ones left.
    func life(_ configuration: EvidenceConfiguration? = nil, key: EvidenceKey? = nil) throws
        -> EvidenceLife
    {
        try EvidenceLife(
            self,
            configuration ?? self.configuration,
            store: store,
            stock: stock,
            key: key
        )
    }

    /// What a capture holds.
    func read(_ name: String) throws -> EvidenceContent {
        var reader = try CaptureReader(FileSource(opening: FilePath(file(name))))
        var content = EvidenceContent()
        while try reader.advance() {
            content.sequences.append(reader.note.identifier ?? 0)
            content.comments.append(reader.comment)
            content.ports.append(reader.frame.metadata.ingress.rawValue)
            content.dropped += reader.note.dropped
        }
        content.heading = reader.section.comment ?? ""
        content.interfaces = reader.interfaces.map(\.name)
        return content
    }

    /// The numbers of the connection's frames between two seconds after noon.
    static func sequences(_ range: ClosedRange<Int>) -> [UInt64] { range.map(sequence) }
}

/// What a file of evidence holds.
struct EvidenceContent {
    var heading = ""
    var interfaces: [String] = []
    var sequences: [UInt64] = []
    var comments: [String?] = []
    var ports: [UInt8] = []
    var dropped: UInt64 = 0
}

/// One process: the side of the analysis and that of who gathers.
struct EvidenceLife {
    let desk: EvidenceDesk
    let recorder: EvidenceRecorder<StockSource>
    private let stock: FrameStock
    private let store: Store
    private var intake: EvidenceIntake

    init(
        _ world: EvidenceWorld,
        _ configuration: EvidenceConfiguration,
        store: Store,
        stock: FrameStock,
        key: EvidenceKey?
    ) throws {
        self.stock = stock
        self.store = store
        desk = EvidenceDesk(limits: configuration.limits)
        intake = EvidenceIntake(
            configuration,
            desk: desk,
            ring: stock.with { $0.identity },
            pending: try store.pendingEvidence()
        )
        recorder = EvidenceRecorder(
            from: StockSource(stock),
            configuration,
            key: key,
            store: store,
            desk: desk
        )
    }

    /// Raises an alert; what it says of its evidence.
    @discardableResult
    mutating func raise(_ alert: Alert) throws -> String? {
        var alert = alert
        var batch = Batch()
        batch.evidence.append(intake.keep(&alert, missedFrames: 7))
        batch.alerts.append(AlertEntry(alert, json: "{}"))
        try store.commit(batch)
        return alert.evidence
    }

    /// It gets so many seconds after noon, and everything up to then was seen by everybody.
    func pass(_ seconds: Int) {
        let now = EvidenceWorld.at(seconds)
        stock.write(upTo: now)
        desk.advance(to: now)
        while !recorder.turn(now: now) {}
    }
}
