import Foundation
import TapCapture
import TapConfig
import TapFlow
import TapRing
import TapWire

/// The ring that `dump` and `follow` copy from, opened and placed, with what was asked for.
struct ExportSource {
    private let path: String
    private let selection: FrameSelection
    private let settings: HubtapConfiguration
    private let port: PortIndex?
    private let range: ClosedRange<Timestamp>
    private let ports: [RingPort]
    private let snapLength: UInt32
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
        self.selection = selection
        // Only the observer of mail wants to know more than the path.
        settings = selection.mail == nil ? .init() : try options.configuration.load()
        range = try selection.range(now: .now)
        do {
            let reader = try RingReader(path: path)
            ports = reader.ports
            snapLength = Self.smaller(selection.snaplen, UInt32(clamping: reader.snapLength))
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

    /// The smaller of two limits, where nil and 0 are none.
    private static func smaller(_ asked: UInt32?, _ kept: UInt32) -> UInt32 {
        guard let asked else { return kept }
        return kept == 0 ? asked : min(asked, kept)
    }

    /// The filter; nil if every frame is meant.
    private func filter() throws(Failure) -> CaptureFilter? {
        guard !selection.expression.isEmpty else { return nil }
        do {
            return try CaptureFilter(selection.expression, looksPastTags: !selection.seesTags)
        } catch {
            throw .usage("\(error)")
        }
    }

    private func sieve(mail: FlowSelection?) throws(Failure) -> FrameSieve {
        FrameSieve(
            range: range,
            port: port,
            filter: try filter(),
            flows: selection.flows,
            mail: mail
        )
    }

    /// Copies what the ring holds now; ends early, with whole files, when `stop` is raised.
    func dump(to target: CaptureTarget, until stop: StopFlag) throws -> ExportTotals {
        switch target.format {
        case .pcapng: try dump(to: target, until: stop) { pcapng(BackgroundSink($0)) }
        case .pcap: try dump(to: target, until: stop) { pcap(BackgroundSink($0)) }
        }
    }

    /// Copies what comes until `stop` is raised or nothing more is meant, a batch at a time.
    func follow(to target: CaptureTarget, until stop: StopFlag) throws -> ExportTotals {
        switch target.format {
        case .pcapng: try follow(to: target, until: stop) { pcapng($0) }
        case .pcap: try follow(to: target, until: stop) { pcap($0) }
        }
    }

    private func export<Writer: FrameWriter & ~Copyable>(
        to target: CaptureTarget,
        mail: FlowSelection?,
        _ makeWriter: @escaping (consuming FileSink) -> Writer
    ) throws(Failure) -> FrameExport<Writer> {
        try FrameExport(
            to: target,
            through: try sieve(mail: mail),
            frameLimit: selection.count ?? .max,
            portCount: ports.count,
            makeWriter: makeWriter
        )
    }
}

// MARK: - Formats

extension ExportSource {
    /// A pcapng writer whose interfaces are the ring's ports.
    private func pcapng<Sink: OctetSink & ~Copyable>(
        _ sink: consuming Sink
    ) -> PcapngWriter<Sink> {
        let section = CaptureSection.onThisMachine(application: "hubtap \(HubtapVersion.text)")
        let filter = selection.expression.isEmpty ? nil : selection.expression
        let interfaces = ports.map { port in
            var interface = CaptureInterface(port, snapLength: snapLength, filter: filter)
            interface.operatingSystem = section.operatingSystem
            return interface
        }
        return PcapngWriter(to: sink, section: section, interfaces: interfaces)
    }

    private func pcap<Sink: OctetSink & ~Copyable>(_ sink: consuming Sink) -> PcapWriter<Sink> {
        PcapWriter(to: sink, snapLength: snapLength)
    }
}

// MARK: - Dump

extension ExportSource {
    private func dump<Writer: FrameWriter & ~Copyable>(
        to target: CaptureTarget,
        until stop: StopFlag,
        _ makeWriter: @escaping (consuming FileSink) -> Writer
    ) throws -> ExportTotals {
        var reader = try RingReader(path: path, from: start)
        let end = try endSequence(&reader)
        let mail = try selection.mail.map { try findMail($0, before: end, until: stop) }
        var export = try export(to: target, mail: mail, makeWriter)
        let first = reader.nextSequence
        var progress = Progress("dump")
        while reader.nextSequence < end, try export.step(&reader, before: end) == .went {
            let done = reader.nextSequence &- first
            if stop.isRaised { break }
            progress.update(
                "\(export.totals.frames) frames",
                fraction: Double(done) / Double(max(1, end &- first))
            )
        }
        progress.clear()
        try export.finish(try reader.ledger())
        return export.totals
    }

    /// The number behind the last frame that is meant, found in the time index; `reader` stands where it stood.
    private func endSequence(_ reader: inout RingReader) throws(RingError) -> UInt64 {
        let next = try reader.statistics().nextSequence
        guard range.upperBound < .distantFuture else { return next }
        try reader.seek(to: .time(range.upperBound.advanced(by: .nanoseconds(1))))
        let end = reader.nextSequence
        try reader.seek(to: start)
        return min(next, end)
    }

    /// The connections with the mail that is looked for, as all frames up to before `end` tell.
    private func findMail(
        _ pattern: MailPattern,
        before end: UInt64,
        until stop: StopFlag
    ) throws(RingError) -> FlowSelection {
        // A connection may have begun long before the time that is meant.
        var reader = try RingReader(path: path)
        var search = MailSearch(pattern, settings: settings)
        var finds: [MailSearch.Find] = []
        let first = reader.nextSequence
        var progress = Progress("looking for mail")
        defer { progress.clear() }
        reading: while reader.nextSequence < end, !stop.isRaised {
            switch try reader.next() {
            case nil: break reading
            case .gap(let gap): search.noteGap(frameCount: gap.count)
            case .frame(let frame): finds += search.process(frame)
            }
            let done = reader.nextSequence &- first
            guard done & 0xFFF == 0 else { continue }
            progress.update(
                "\(finds.count) found",
                fraction: Double(done) / Double(max(1, end &- first))
            )
        }
        finds += search.finish()
        return FlowSelection(Set(finds.map(\.conversation)))
    }
}

// MARK: - Follow

extension ExportSource {
    private func follow<Writer: FrameWriter & ~Copyable>(
        to target: CaptureTarget,
        until stop: StopFlag,
        _ makeWriter: @escaping (consuming FileSink) -> Writer
    ) throws -> ExportTotals {
        var reader = try RingReader(path: path, from: start)
        let mail = try selection.mail.map { pattern in
            LiveMailSearch(pattern, settings: settings, earlier: try RingReader(path: path))
        }
        var export = try export(to: target, mail: mail.map { _ in FlowSelection() }, makeWriter)
        try export.flush()
        var isOver = false
        while !stop.isRaised, !isOver {
            switch try mail?.step(&reader, &export) ?? export.step(&reader) {
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
