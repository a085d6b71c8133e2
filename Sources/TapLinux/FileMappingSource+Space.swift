import CTap
import Glibc
public import SystemPackage

extension FileMappingSource {
    /// What the file system says of the place where a file stands.
    public struct Space: Sendable {
        /// Octets that may still be taken.
        public var available: Int
        /// True if the octets stand in memory and never on a disk.
        public var isMemory: Bool
    }

    /// Asks how much room the file system of this file has.
    public func space() throws(Errno) -> Space { try Self.space(of: descriptor) }

    private static func space(of descriptor: FileDescriptor) throws(Errno) -> Space {
        var available: UInt64 = 0
        var isMemory: CInt = 0
        // SAFETY: both results live across the call, which fills them in.
        // #syscalls fstatfs
        let result = unsafe ctap_file_space(descriptor.rawValue, &available, &isMemory)
        guard result == 0 else { throw Errno(rawValue: -result) }
        return Space(available: Int(clamping: available), isMemory: isMemory != 0)
    }

    /// Asks how much room there is for new files in a directory.
    ///
    /// - Throws: `.permissionDenied` or `.readOnlyFileSystem` where this process may make none, or what the
    ///   kernel said.
    public static func space(in directory: FilePath) throws(Errno) -> Space {
        let descriptor = try withErrno {
            try FileDescriptor.open(directory, .readOnly, options: [.directory, .closeOnExec])
        }
        defer { try? descriptor.close() }
        // SAFETY: the name lives across the call, which only reads it.
        // #syscalls faccessat2
        let isOpen = unsafe faccessat(descriptor.rawValue, ".", W_OK | X_OK, AT_EACCESS)
        guard isOpen == 0 else { throw .latest }
        return try space(of: descriptor)
    }

    /// Gives the file `byteCount` octets that are really there, so that no write to a mapping fails later.
    public func reserve(byteCount: Int) throws(Errno) {
        while true {
            // #syscalls fallocate
            let result = ctap_file_reserve(descriptor.rawValue, UInt64(byteCount))
            if result == 0 { return }
            guard result == -EINTR else { throw Errno(rawValue: -result) }
        }
    }

    /// Puts the file at `from` in the place `to`, at once and whole.
    ///
    /// - Parameters:
    ///   - from: The file to move.
    ///   - to: Where it goes, on the same file system.
    ///   - overwriting: If false, a file already there is left alone.
    /// - Throws: `.fileExists` for such a file, or what the kernel said.
    public static func move(
        _ from: FilePath,
        to: FilePath,
        overwriting: Bool
    ) throws(Errno) {
        let result = unsafe from.withPlatformString { source in
            unsafe to.withPlatformString { target in
                // SAFETY: both names live across the call, which only reads them.
                // #syscalls renameat2
                unsafe ctap_file_move(source, target, overwriting ? 1 : 0)
            }
        }
        guard result == 0 else { throw Errno(rawValue: -result) }
    }

    /// Takes the name `path` away; it is no error if there is none.
    public static func remove(_ path: FilePath) throws(Errno) {
        // SAFETY: the name lives across the call, which only reads it.
        // #syscalls unlink
        let result = unsafe path.withPlatformString { name in unsafe unlink(name) }
        guard result != 0, Errno.latest != .noSuchFileOrDirectory else { return }
        throw .latest
    }

    /// Makes a directory, and those above it, with mode 0755; one that exists is left as it is.
    public static func makeDirectory(_ path: FilePath) throws(Errno) {
        if path.isEmpty { return }
        if try identity(at: path) != nil { return }
        let parent = path.removingLastComponent()
        if parent != path { try makeDirectory(parent) }
        let result = unsafe path.withPlatformString { name in
            // SAFETY: the name lives across both calls, which only read it.
            // #syscalls mkdir chmod
            unsafe mkdir(name, 0o755) == 0 ? unsafe chmod(name, 0o755) : -1
        }
        guard result != 0, Errno.latest != .fileExists else { return }
        throw .latest
    }
}
