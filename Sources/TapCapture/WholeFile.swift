private import Glibc
public import SystemPackage

/// A file that stands under its name whole and on disk, or not at all.
///
/// It is written under a hidden name beside it and renamed by `commit()`. What is not committed goes with the value.
/// The hidden name is never followed if it is a link, so that nobody who may write to the folder can have another file
/// overwritten.
public struct WholeFile: OctetSink, ~Copyable {
    private let descriptor: FileDescriptor
    private let path: FilePath
    private let draft: FilePath
    private var sink: FileSink
    private var isCommitted = false

    /// Begins the file that is to stand at `path`; one that stands there stays until `commit()`.
    public init(at path: FilePath, permissions: FilePermissions) throws(CaptureError) {
        self.path = path
        draft = path.removingLastComponent().appending(
            ".\(path.lastComponent?.string ?? "").new"
        )
        // #syscalls unlink
        // SAFETY: the name lives across the call. A leftover of an earlier process is of no use; none is no failure.
        _ = unsafe unlink(draft.string)
        do {
            // #syscalls openat
            descriptor = try FileDescriptor.open(
                draft,
                .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: permissions
            )
        } catch {
            throw CaptureError(
                code: .cannotOpen,
                offset: 0,
                errno: error as? Errno,
                problem: "the file \(draft.string) cannot be made"
            )
        }
        sink = FileSink(descriptor)
    }

    deinit {
        // Nothing can be done about a failure here.
        try? descriptor.close()
        guard !isCommitted else { return }
        // #syscalls unlink
        // SAFETY: the name lives across the call.
        _ = unsafe unlink(draft.string)
    }

    /// Writes what the file takes.
    public mutating func write(_ octets: Span<UInt8>) throws(Errno) -> Int {
        try sink.write(octets)
    }

    /// Shortens the file by its last octets.
    public mutating func takeBack(octetCount: Int) -> Bool { sink.takeBack(octetCount: octetCount) }

    /// Writes all of `octets`.
    public mutating func write(all octets: [UInt8]) throws(CaptureError) {
        var rest = octets.span
        while rest.count > 0 {
            do throws(Errno) {
                let count = try sink.write(rest)
                rest = rest.extracting(droppingFirst: count)
            } catch {
                throw CaptureError(
                    code: error == .noSpace ? .outOfSpace : .writeFailed,
                    offset: 0,
                    errno: error,
                    problem: "the file \(draft.string) cannot be written"
                )
            }
        }
    }

    /// Puts the octets on disk and gives them their name, in the place of what had it.
    public mutating func commit() throws(CaptureError) {
        // #syscalls fsync rename
        guard fsync(descriptor.rawValue) == 0 else { throw failure("cannot be put on disk") }
        // SAFETY: both names live across the call.
        guard unsafe rename(draft.string, path.string) == 0 else {
            throw failure("cannot be given its name")
        }
        isCommitted = true
        try synchronizeFolder()
    }

    private func synchronizeFolder() throws(CaptureError) {
        let folder = path.removingLastComponent()
        do {
            let directory = try FileDescriptor.open(
                folder.isEmpty ? "." : folder,
                .readOnly,
                options: [.directory, .closeOnExec]
            )
            let result = fsync(directory.rawValue)
            try directory.close()
            guard result == 0 else { throw Errno.ioError }
        } catch {
            throw failure("stands in a folder that cannot be put on disk")
        }
    }

    private func failure(_ words: String) -> CaptureError {
        let errno = Errno(rawValue: Glibc.errno)
        return CaptureError(
            code: errno == .noSpace ? .outOfSpace : .writeFailed,
            offset: 0,
            errno: errno,
            problem: "the file \(path.string) \(words)"
        )
    }
}
