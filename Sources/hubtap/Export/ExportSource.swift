import Foundation
import TapCapture
import TapRing
import TapWire

/// The ring that `dump` and `follow` copy from, opened and placed, with the filter that was asked for.
struct ExportSource {
    private let path: String
    private let expression: String
    private let port: PortIndex?
    private let range: ClosedRange<Timestamp>
    private let ports: [RingPort]
    private let snapLength: Int
    private let start: RingPosition

    /// Checks everything that was asked for before a file is made.
    ///
    /// - Parameters:
    ///   - options: Which ring.
    ///   - selection: Which frames.
    ///   - live: True to begin with what comes from now on, unless a time says otherwise.
    /// - Throws: what cannot be had, in words.
    init(_ options: RingOptions, _ selection: FrameSelection, live: Bool) throws(Failure) {
        path = try options.path()
        expression = selection.expression
        range = try selection.range(now: .now)
        do {
            let reader = try RingReader(path: path)
            ports = reader.ports
            snapLength = reader.snapLength
        } catch {
            throw .failed("\(error)")
        }
        port = try Self.index(of: selection.port, in: ports)
        if range.lowerBound > .distantPast {
            start = .time(range.lowerBound)
        } else {
            start = live ? .newest : .oldest
        }
        _ = try filter()
    }

    private static func index(
        of name: String?,
        in ports: [RingPort]
    ) throws(Failure) -> PortIndex? {
        guard let name else { return nil }
        guard let index = ports.firstIndex(where: { $0.name == name }) else {
            let names = ports.map(\.name).joined(separator: ", ")
            throw .usage("--port \(name): the ring has no such port; it has \(names)")
        }
        return PortIndex(rawValue: UInt8(index))
    }

    /// The filter; an empty one takes every frame.
    private func filter() throws(Failure) -> CaptureFilter {
        do {
            return try CaptureFilter(expression)
        } catch {
            throw .usage("\(error)")
        }
    }

    /// A pcapng writer whose interfaces are the ring's ports.
    func pcapng<Sink: OctetSink & ~Copyable>(_ sink: consuming Sink) -> PcapngWriter<Sink> {
        let interfaces = ports.map { port in
            CaptureInterface(
                name: port.name,
                description: port.isMonitor ? "hubtap monitor port" : "hubtap port",
                macAddress: port.mac,
                bitsPerSecond: port.speedMegabits > 0
                    ? UInt64(port.speedMegabits) * 1_000_000 : nil,
                linkType: port.linkType,
                snapLength: UInt32(clamping: snapLength),
                filter: expression.isEmpty ? nil : expression
            )
        }
        let section = CaptureSection.onThisMachine(application: "hubtap \(HubtapVersion.text)")
        return PcapngWriter(to: sink, section: section, interfaces: interfaces)
    }

    /// Copies what the ring holds now and ends the file.
    func dump<Writer: FrameWriter & ~Copyable>(
        into writer: consuming Writer
    ) throws -> ExportTotals {
        let export = try export(into: writer)
        var reader = try RingReader(path: path, from: start)
        let first = reader.nextSequence
        let end = try reader.statistics().nextSequence
        var progress = Progress("dump")
        while reader.nextSequence < end, try export.step(&reader) == .went {
            let done = reader.nextSequence &- first
            guard done & 0xFFF == 0 else { continue }
            progress.update(
                "\(export.totals.frames) frames",
                fraction: Double(done) / Double(max(1, end &- first))
            )
        }
        progress.clear()
        try export.finish(try reader.ledger())
        return export.totals
    }

    private func export<Writer: FrameWriter & ~Copyable>(
        into writer: consuming Writer
    ) throws(Failure) -> FrameExport<Writer> {
        FrameExport(
            into: writer,
            portCount: ports.count,
            range: range,
            port: port,
            filter: try filter()
        )
    }

    /// Copies what comes until `stop` is raised or the range ends, a batch at a time.
    func follow<Writer: FrameWriter & ~Copyable>(
        into writer: consuming Writer,
        until stop: StopFlag
    ) throws -> ExportTotals {
        let export = try export(into: writer)
        var reader = try RingReader(path: path, from: start)
        try export.flush()
        var isOver = false
        while !stop.isRaised, !isOver {
            switch try export.step(&reader) {
            case .went: continue
            case .ended: isOver = true
            case .caughtUp:
                try export.flush()
                isOver = try isAtEnd(&reader)
            }
        }
        try export.finish(try reader.ledger())
        return export.totals
    }

    /// Waits for more; true if none can come that is meant.
    private func isAtEnd(_ reader: inout RingReader) throws(RingError) -> Bool {
        do {
            let hasMore = try reader.wait(upTo: .milliseconds(100))
            return !hasMore && Timestamp.now > range.upperBound
        } catch  where error.code == .replaced {
            Terminal.say("hubtap: a new ring was made at \(path); following ends with the old one")
            return true
        }
    }
}
