internal import Glibc
public import SystemPackage

/// Reads a capture from a file, or from standard input.
public struct FileSource: OctetSource, ~Copyable {
    private let descriptor: FileDescriptor
    private let isOwned: Bool
    /// How many octets the file had when it was opened; nil for what is no regular file, such as a pipe, whose end is not
    /// known, and for a descriptor of the caller's.
    public let byteCount: Int?
    /// The file as it was when it was opened.
    public let mapping: FileMapping?

    /// Reads from `descriptor`, which stays open and the caller's own.
    public init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
        isOwned = false
        byteCount = nil
        mapping = nil
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
        let (file, count) = (descriptor, Self.byteCount(of: descriptor))
        byteCount = count
        mapping = count.flatMap { Self.mapping(of: file, $0) }
    }

    private static func byteCount(of descriptor: FileDescriptor) -> Int? {
        var status = stat()
        // SAFETY: the structure is our own, and valid for the call.
        // #syscalls newfstatat fstat
        guard unsafe fstat(descriptor.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        return Int(exactly: status.st_size)
    }

    /// Maps a file, and moves on to its end, behind which it may grow.
    private static func mapping(of descriptor: FileDescriptor, _ byteCount: Int) -> FileMapping? {
        guard let mapping = FileMapping(descriptor, byteCount),
            // #syscalls lseek
            (try? descriptor.seek(offset: Int64(byteCount), from: .start)) != nil
        else { return nil }
        return mapping
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
