import Glibc
public import SystemPackage

/// Files of a few lines: settings, journals.
public enum SmallFile {
    /// The most octets that are read; a longer file is not one of ours.
    public static let maximumByteCount = 1 << 20

    /// The octets of a file.
    public static func read(_ path: FilePath) throws(Errno) -> [UInt8] {
        try withErrno { () throws in
            let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try descriptor.closeAfter { try readAll(descriptor) }
        }
    }

    /// The names in a directory, sorted; none if there is no such directory.
    public static func names(in directory: FilePath) throws(Errno) -> [String] {
        // SAFETY: the name lives across the call; the stream is closed below.
        // #syscalls openat getdents64
        guard let stream = unsafe opendir(directory.string) else {
            guard Errno.latest != .noSuchFileOrDirectory else { return [] }
            throw .latest
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        // SAFETY: the entry is valid until the next call and copied before; `d_name` ends with a zero.
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes what was done to the names in a directory last.
    public static func synchronize(directory: FilePath) throws(Errno) {
        try withErrno { () throws in
            let descriptor = try FileDescriptor.open(
                directory,
                .readOnly,
                options: [.directory, .closeOnExec]
            )
            // #syscalls fsync
            try descriptor.closeAfter { if fsync(descriptor.rawValue) != 0 { throw Errno.latest } }
        }
    }

    private static func readAll(_ descriptor: FileDescriptor) throws -> [UInt8] {
        var octets: [UInt8] = []
        while octets.count < maximumByteCount {
            let piece = try unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
                // SAFETY: the kernel fills at most the buffer, and says how much.
                // #syscalls read
                count = try unsafe descriptor.read(into: .init(buffer))
            }
            if piece.isEmpty { return octets }
            octets += piece
        }
        throw Errno.fileTooLarge
    }
}
