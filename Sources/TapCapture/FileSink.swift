private import CPcap
public import SystemPackage

/// Writes a capture to a file, a pipe or a terminal.
public struct FileSink: OctetSink, ~Copyable, Sendable {
    private let descriptor: FileDescriptor
    private let isOwned: Bool

    /// Writes to `descriptor`, which stays open and the caller's own.
    ///
    /// A pipe whose reader has gone away gives `CaptureError.Code.brokenPipe` only where SIGPIPE
    /// is ignored; otherwise the signal ends the process.
    public init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
        isOwned = false
    }

    /// Makes the file at `path`, or empties it; it is closed with the sink.
    ///
    /// Only the owner may read it unless `permissions` say otherwise: a capture holds mail. With `exclusively` there must
    /// be nothing at the path, not even a link to where nothing is.
    public init(
        creating path: FilePath,
        permissions: FilePermissions = .ownerReadWrite,
        exclusively: Bool = false
    ) throws(CaptureError) {
        do {
            // #syscalls openat
            descriptor = try FileDescriptor.open(
                path,
                .writeOnly,
                options: exclusively
                    ? [.create, .exclusiveCreate, .closeOnExec]
                    : [.create, .truncate, .closeOnExec],
                permissions: permissions
            )
        } catch {
            throw CaptureError(
                code: .cannotOpen,
                offset: 0,
                errno: error as? Errno,
                problem: "the file cannot be made"
            )
        }
        isOwned = true
    }

    deinit {
        // Nothing can be done about a failure here, and nothing of ours is left to be written.
        if isOwned { try? descriptor.close() }
    }

    /// Writes what the file takes; waits where the descriptor would not.
    public mutating func write(_ octets: Span<UInt8>) throws(Errno) -> Int {
        while true {
            do {
                // #syscalls write
                // SAFETY: the pointer is valid for the call and write(2) only reads from it.
                return try unsafe octets.withUnsafeBytes { raw in
                    unsafe try descriptor.write(raw, retryOnInterrupt: true)
                }
            } catch let error as Errno {
                guard error == .wouldBlock else { throw error }
                try waitUntilWritable()
            } catch {
                throw Errno.ioError
            }
        }
    }

    /// Shortens a regular file by its last octets.
    public mutating func takeBack(octetCount: Int) -> Bool {
        do {
            // #syscalls lseek ftruncate
            let end = try descriptor.seek(offset: 0, from: .current)
            guard end >= octetCount else { return false }
            try descriptor.resize(to: end - Int64(octetCount))
            try descriptor.seek(offset: end - Int64(octetCount), from: .start)
            return true
        } catch {
            return false
        }
    }

    /// Waits until nobody is left who could read what is written into the pipe `descriptor`; for ever on a file.
    public static func waitUntilReaderGoes(_ descriptor: FileDescriptor) {
        // #syscalls poll
        tap_wait_until_reader_gone(descriptor.rawValue)
    }

    private func waitUntilWritable() throws(Errno) {
        // #syscalls poll
        let result = tap_wait_until_writable(descriptor.rawValue)
        guard result == 0 else { throw Errno(rawValue: -result) }
    }
}
