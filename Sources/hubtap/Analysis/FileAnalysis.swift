import Foundation
import SystemPackage
import TapCapture
import TapConfig
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapSinks
import TapWire

/// Reads capture files, one after the other, through the pipeline, and prints what it finds.
struct FileAnalysis: ~Copyable {
    private let printsEvents: Bool
    private let language: RelayLanguage
    private let pipeline: Pipeline
    private var ports: CapturePorts
    private var nextSequence: UInt64 = 0
    private var summary = AnalysisSummary()
    private let printer = EventPrinter()
    /// What was found and is not told yet.
    private var findings: [Finding] = []

    /// Prepares to read files.
    init(settings: HubtapConfiguration, printsEvents: Bool) {
        self.printsEvents = printsEvents
        language = settings.rules.language
        // Known names come first, so that `mail.inside` means the same ports in every file.
        ports = CapturePorts(names: settings.ports + settings.mail.inside)
        pipeline = Catalog.pipeline(settings, ports: ports.names)
    }

    /// Reads one file as far as it goes.
    ///
    /// - Throws: `CaptureError` for what is wrong with the file, after everything before it was taken.
    mutating func read(_ file: String) throws {
        let source =
            try file == "-" ? FileSource(.standardInput) : FileSource(opening: FilePath(file))
        var reader = try CaptureReader(source, ports: ports, countingFrom: nextSequence)
        var progress = Progress("analyze \(file)")
        defer { progress.clear() }
        let size = Self.size(of: file)
        defer {
            ports = reader.ports
            nextSequence = reader.nextSequence
            summary.droppedBefore &+= reader.droppedCount
        }
        while try reader.advance() {
            pipeline.process(reader.frame, into: &findings)
            if !findings.isEmpty { try tell(ports: reader.ports) }
            guard reader.nextSequence & 0x3FFF == 0 else { continue }
            progress.update(
                "\(reader.nextSequence) frames",
                octets: reader.offset,
                of: size
            )
        }
    }

    /// The octets of a file; nil for what is none, such as a pipe, whose end is not known.
    private static func size(of file: String) -> UInt64? {
        guard file != "-" else { return nil }
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: file).resolvingSymlinksInPath().path
        )
        guard attributes?[.type] as? FileAttributeType == .typeRegular else { return nil }
        return attributes?[.size] as? UInt64
    }

    /// Ends the input, and prints the summary where that was asked for.
    mutating func finish() throws {
        pipeline.finish(into: &findings)
        if printsEvents {
            try printer.finish(&findings, portNames: ports.names)
        } else {
            try tell(ports: ports)
            try printSummary()
        }
    }

    private mutating func tell(ports: CapturePorts) throws {
        guard !printsEvents else {
            return try printer.print(&findings, portNames: ports.names)
        }
        for finding in findings { summary.count(finding) }
        findings.removeAll(keepingCapacity: true)
    }

    private mutating func printSummary() throws {
        summary.statistics = pipeline.statistics
        summary.counts = pipeline.counts
        let memory = Catalog.relayMemory(of: pipeline)
        summary.servers = memory?.postureReports ?? []
        summary.incidents = memory?.incidentReports(in: language) ?? []
        var output = OutputLines()
        for line in summary.lines(hasColour: Terminal.hasColour) { try output.write(line) }
        try output.flush()
    }
}

/// Lines on standard output, gathered and written together; a reader that has gone away ends the program quietly.
struct OutputLines {
    private var gathered = Data()

    /// Adds a line.
    mutating func write(_ line: String) throws {
        gathered.append(contentsOf: line.utf8)
        gathered.append(UInt8(ascii: "\n"))
        if gathered.count >= 1 << 16 { try flush() }
    }

    /// Writes what was gathered.
    mutating func flush() throws {
        defer { gathered.removeAll(keepingCapacity: true) }
        do {
            try FileDescriptor.standardOutput.writeAll(gathered)
        } catch Errno.brokenPipe {
            throw Failure(message: "", exitCode: 0)
        } catch {
            throw Failure(message: "cannot write to standard output: \(error)", exitCode: 1)
        }
    }
}
