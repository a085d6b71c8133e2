internal import CMaxMind
internal import SystemPackage

/// A copy of a file in memory, which nobody else can open, change or cut short.
enum PrivateCopy {
    /// Where the system names the descriptors of this process; the copy has no other name.
    static let descriptors = "/proc/self/fd"
    /// How many octets are copied at a time.
    private static let pieceSize = 1 << 20

    /// Copies the file at `path`; the copy goes when it is closed and mapped nowhere.
    static func make(of path: String) throws(PlaceTableError) -> FileDescriptor {
        do {
            // A pipe that nobody writes to must not make us wait.
            let file = try FileDescriptor.open(
                FilePath(path),
                .readOnly,
                options: [.closeOnExec, .nonBlocking]
            )
            defer { try? file.close() }
            // #syscalls memfd_create
            let number = tap_memory_file()
            guard number >= 0 else { throw Errno(rawValue: -number) }
            let copy = FileDescriptor(rawValue: number)
            do {
                try fill(copy, from: file, path)
            } catch {
                try? copy.close()
                throw error
            }
            return copy
        } catch let error as PlaceTableError {
            throw error
        } catch {
            throw PlaceTableError(code: .unreadable(error as? Errno ?? .ioError), path: path)
        }
    }

    private static func fill(
        _ copy: FileDescriptor,
        from file: FileDescriptor,
        _ path: String
    ) throws {
        var piece = [UInt8](repeating: 0, count: pieceSize)
        var total = 0
        while true {
            // SAFETY: both calls use the array's octets while it lends them, and no others.
            let count = try unsafe piece.withUnsafeMutableBytes { unsafe try file.read(into: $0) }
            guard count > 0 else { return }
            total += count
            guard total <= PlaceTable.maximumByteCount else {
                throw PlaceTableError(code: .tooLarge, path: path)
            }
            try copy.writeAll(piece[..<count])
        }
    }
}
