import Foundation
import SystemPackage
import TapCapture
import TapConfig

/// Reads capture files, one after the other, and prints what the observers find in them.
///
/// Theory of operation. The caller's thread reads and reassembles, one of its own is the observers', and one prints
/// events: batches of stream events and of findings go from one to the next. What comes back, the observers' word on a
/// flow, comes back at the same place every time, so that a file gives the same events however threads are scheduled.
struct FileAnalysis: ~Copyable {
    private var ports: CapturePorts
    private var nextSequence: UInt64 = 0
    private var droppedBefore: UInt64 = 0
    /// True once something that is a capture was begun.
    private(set) var hasCapture = false
    private let observers: FileObservers
    private var reassembly: FileReassembly

    /// Prepares to read files.
    init(settings: HubtapConfiguration, printsEvents: Bool) {
        // Known names come first, so that `mail.inside` means the same ports in every file.
        ports = CapturePorts(names: settings.ports + settings.mail.inside)
        observers = FileObservers(
            settings: settings,
            ports: ports.names,
            printsEvents: printsEvents
        )
        reassembly = FileReassembly(limits: Catalog.limits(settings), for: observers)
    }

    /// Reads one file as far as it goes.
    ///
    /// - Throws: `CaptureError` for what is wrong with the file, after everything before it was taken.
    mutating func read(_ file: String) throws {
        let source =
            try file == "-" ? FileSource(.standardInput) : FileSource(opening: FilePath(file))
        let size = source.byteCount.map { UInt64($0) }
        var reader = try CaptureReader(source, ports: ports, countingFrom: nextSequence)
        hasCapture = true
        var progress = Progress("analyze \(file)")
        defer { progress.clear() }
        defer {
            ports = reader.ports
            nextSequence = reader.nextSequence
            droppedBefore &+= reader.droppedCount
        }
        while try reader.advance() {
            try reassembly.process(&reader, isLive: size == nil)
            guard reader.nextSequence & 0x3FFF == 0 else { continue }
            progress.update(
                "\(reader.nextSequence) frames",
                octets: reader.offset,
                of: size
            )
        }
        try reassembly.end(&reader)
    }

    /// Ends the input, and prints the summary where that was asked for.
    mutating func finish() throws {
        let end = try reassembly.finish(portNames: ports.names)
        try observers.finish(
            at: end.position,
            portNames: ports.names,
            statistics: end.statistics,
            droppedBefore: droppedBefore
        )
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
