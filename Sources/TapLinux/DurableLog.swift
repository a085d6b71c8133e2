import Glibc
public import SystemPackage

/// A text file to which whole lines are added, each of them on disk before the call returns.
public struct DurableLog: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Creates the file with its first lines; it is there whole or not at all.
    ///
    /// - Parameters:
    ///   - path: Where it stands.
    ///   - lines: What it begins with.
    ///   - overwriting: If true, a file already there gives way, as a whole, to this one.
    /// - Throws: `.fileExists` for such a file, or what the kernel said.
    public init(
        creating path: FilePath,
        lines: [String],
        overwriting: Bool = false
    ) throws(Errno) {
        let draft = FilePath(path.string + ".new")
        let file = try withErrno { () throws in
            try FileDescriptor.open(
                draft,
                .writeOnly,
                options: [.create, .truncate, .append, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
        }
        descriptor = try file.closedOnFailure { file throws(Errno) in
            try Self.append(lines, to: file)
            try FileMappingSource.move(draft, to: path, overwriting: overwriting)
            try SmallFile.synchronize(directory: path.removingLastComponent())
        }
    }

    /// Opens a file of whole lines; one that was torn at its end is cut back to `byteCount` first.
    public init(continuing path: FilePath, byteCount: Int) throws(Errno) {
        let file = try withErrno { () throws in
            try FileDescriptor.open(path, .writeOnly, options: [.append, .closeOnExec])
        }
        descriptor = try file.closedOnFailure { file throws(Errno) in
            // #syscalls ftruncate
            guard ftruncate(file.rawValue, off_t(byteCount)) == 0 else { throw .latest }
        }
    }

    deinit { try? descriptor.close() }

    /// Adds lines, and returns when they are on disk.
    public func append(_ lines: [String]) throws(Errno) { try Self.append(lines, to: descriptor) }

    private static func append(_ lines: [String], to file: FileDescriptor) throws(Errno) {
        let text = lines.map { $0 + "\n" }.joined()
        _ = try withErrno { () throws in try file.writeAll(text.utf8) }
        // #syscalls fsync
        guard fsync(file.rawValue) == 0 else { throw .latest }
    }
}
