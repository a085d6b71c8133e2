public import SystemPackage

/// Reads a capture from a file, or from standard input.
public struct FileSource: OctetSource, ~Copyable {
    private let descriptor: FileDescriptor
    private let isOwned: Bool

    /// Reads from `descriptor`, which stays open and the caller's own.
    public init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
        isOwned = false
    }

    /// Opens the file at `path`, which is closed with the source.
    public init(opening path: FilePath) throws(CaptureError) {
        do {
            // #syscalls openat
            descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        } catch {
            throw CaptureError(
                code: .cannotOpen,
                offset: 0,
                errno: error as? Errno,
                problem: "the file cannot be opened"
            )
        }
        isOwned = true
    }

    deinit {
        // Nothing was written, so nothing is lost if closing fails.
        if isOwned { try? descriptor.close() }
    }

    /// Reads what is there, or waits for the first octet.
    public mutating func read(into room: inout MutableSpan<UInt8>) throws(Errno) -> Int {
        do {
            // #syscalls read
            // SAFETY: the pointer is valid for the call and read(2) stays within its count.
            return try unsafe room.withUnsafeMutableBytes { raw in
                unsafe try descriptor.read(into: raw, retryOnInterrupt: true)
            }
        } catch let error as Errno {
            throw error
        } catch {
            throw Errno.ioError
        }
    }
}
