import Foundation
import SystemPackage
import TapCapture
import TapConfig

/// Where a capture goes: standard output, or a file and those that follow it.
struct CaptureTarget {
    /// The smallest size that files may be limited to.
    static let minimumRotation = ByteSize(octets: 64 << 10)

    /// The path; that of an open pipe only names it.
    let path: String
    /// The pipe that is written to; nil where files are made.
    let pipe: FileDescriptor?
    /// How the frames are written.
    let format: CaptureFormat
    /// The size at which the next file begins; nil for one file without a limit.
    let rotation: ByteSize?

    /// Checks that a capture can go there.
    ///
    /// - Parameters:
    ///   - path: The file; `-` is standard output.
    ///   - format: The format that was asked for; nil to choose by the file's name.
    ///   - rotation: The size at which the next file begins.
    /// - Throws: What is wrong with these together, in words.
    init(_ path: String, format: CaptureFormat?, rotation: ByteSize?) throws(Failure) {
        pipe = path == "-" ? .standardOutput : nil
        self.path = pipe == nil ? path : "standard output"
        self.format = format ?? (path.hasSuffix(".pcap") ? .pcap : .pcapng)
        self.rotation = rotation
        guard pipe != nil else {
            if let rotation, rotation < Self.minimumRotation {
                throw .usage("--rotate \(rotation): give \(Self.minimumRotation) or more")
            }
            return
        }
        if rotation != nil { throw .usage("--rotate makes files: give their name with -w FILE") }
        if Terminal.isOutputTerminal {
            throw .usage(
                "this would write a capture onto the terminal; give a file, -w FILE, or pipe it into "
                    + "a program: hubtap follow | tshark -r -"
            )
        }
    }

    /// A pipe that is open already, for pcapng; `path` names it in messages.
    init(_ pipe: FileDescriptor, named path: String) {
        self.pipe = pipe
        self.path = path
        format = .pcapng
        rotation = nil
    }

    /// The path of the file with this number, from 1: the number stands before the extension of all but the first.
    func path(ofFile number: Int) -> String {
        guard number > 1 else { return path }
        var name = FilePath(path)
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        guard let stem = name.stem, let last = name.lastComponent else {
            return path + "-" + padded
        }
        let end = last.extension.map { "." + $0 } ?? ""
        name.removeLastComponent()
        return name.appending(stem + "-" + padded + end).string
    }

    /// Opens the file with this number; it is emptied if it is there.
    func open(file number: Int) throws(CaptureError) -> FileSink {
        if let pipe { return FileSink(pipe) }
        return try FileSink(creating: FilePath(path(ofFile: number)))
    }

    /// What `error` of the file with this number means for the command.
    func failure(_ error: CaptureError, file number: Int) -> Failure {
        // Who reads a pipe may have seen enough.
        if error.code == .brokenPipe { return Failure(message: "", exitCode: 0) }
        return .failed("\(path(ofFile: number)): \(error)")
    }
}
