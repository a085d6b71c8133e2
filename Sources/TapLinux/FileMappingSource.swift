import Glibc
public import SystemPackage

/// An open regular file to make mappings of, closed when its owner goes.
public struct FileMappingSource: ~Copyable, Sendable {
    /// What tells one file from all others while it exists.
    public struct Identity: Hashable, Sendable {
        /// The number of its file system.
        public var device: UInt64
        /// Its number there.
        public var inode: UInt64
    }

    /// The open file.
    public let descriptor: FileDescriptor

    private init(owning descriptor: FileDescriptor) { self.descriptor = descriptor }

    /// Opens a file that exists.
    ///
    /// A FIFO or device in its place is refused as `.invalidArgument`, and never waited for.
    public static func open(_ path: FilePath, forWriting: Bool) throws(Errno) -> FileMappingSource {
        let mode: FileDescriptor.AccessMode = forWriting ? .readWrite : .readOnly
        let file = FileMappingSource(
            owning: try withErrno {
                try FileDescriptor.open(path, mode, options: [.closeOnExec, .nonBlocking])
            }
        )
        guard try file.facts().st_mode & S_IFMT == S_IFREG else { throw .invalidArgument }
        return file
    }

    /// Opens a file for writing; nil if it does not exist.
    public static func openIfPresent(_ path: FilePath) throws(Errno) -> FileMappingSource? {
        do {
            return try open(path, forWriting: true)
        } catch .noSuchFileOrDirectory {
            return nil
        } catch {
            throw error
        }
    }

    /// Creates a file with exactly these permissions; nil if there is one already.
    public static func createIfAbsent(
        _ path: FilePath,
        permissions: FilePermissions
    ) throws(Errno) -> FileMappingSource? {
        do {
            return try create(path, permissions: permissions)
        } catch .fileExists {
            return nil
        } catch {
            throw error
        }
    }

    private static func create(
        _ path: FilePath,
        permissions: FilePermissions
    ) throws(Errno) -> FileMappingSource {
        let file = FileMappingSource(
            owning: try withErrno {
                try FileDescriptor.open(
                    path,
                    .readWrite,
                    options: [.create, .exclusiveCreate, .closeOnExec],
                    permissions: permissions
                )
            }
        )
        // The umask may have taken some away.
        // #syscalls fchmod
        guard fchmod(file.descriptor.rawValue, permissions.rawValue) == 0 else { throw .latest }
        return file
    }

    /// Another owner of the same open file: whoever has the lock of one has that of both.
    public func duplicate() throws(Errno) -> FileMappingSource {
        // #syscalls fcntl
        let copy = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw .latest }
        return FileMappingSource(owning: FileDescriptor(rawValue: copy))
    }

    deinit { try? descriptor.close() }

    /// Waits until the disk has everything that was written to the file, through mappings too.
    ///
    /// After a failure the kernel takes what it could not write for written: see fsync(2).
    public static func flush(_ descriptor: FileDescriptor) throws(Errno) {
        // #syscalls fdatasync
        while fdatasync(descriptor.rawValue) != 0 {
            let error = Errno.latest
            guard error == .interrupted else { throw error }
        }
    }

    /// How many octets the file has now.
    ///
    /// A mapping beyond them raises SIGBUS when touched, so a reader asks before it moves on.
    public func byteCount() throws(Errno) -> Int { Int(try facts().st_size) }

    /// Which file this is.
    public func identity() throws(Errno) -> Identity { Identity(try facts()) }

    /// Which file stands at `path` now; nil if none does.
    public static func identity(at path: FilePath) throws(Errno) -> Identity? {
        var facts = stat()
        // SAFETY: both arguments live across the call, which fills `facts` in.
        // #syscalls newfstatat
        let result = unsafe path.withPlatformString { name in
            unsafe fstatat(AT_FDCWD, name, &facts, 0)
        }
        if result == 0 { return Identity(facts) }
        let error = Errno.latest
        if error == .noSuchFileOrDirectory { return nil }
        throw error
    }

    private func facts() throws(Errno) -> stat {
        var facts = stat()
        // SAFETY: `facts` lives across the call, which fills it in.
        // #syscalls fstat
        guard unsafe fstat(descriptor.rawValue, &facts) == 0 else { throw .latest }
        return facts
    }
}

extension FileMappingSource.Identity {
    fileprivate init(_ facts: stat) {
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
    }
}

/// Runs a call of SystemPackage, all of which throw `Errno` and say so in words only.
func withErrno<Value>(_ body: () throws -> Value) throws(Errno) -> Value {
    do {
        return try body()
    } catch let error as Errno {
        throw error
    } catch {
        throw .ioError
    }
}

extension Errno {
    /// Why the call before this line failed.
    static var latest: Errno { Errno(rawValue: Glibc.errno) }
}
