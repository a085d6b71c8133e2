import Glibc
public import SystemPackage

/// The exclusive lock on an open file: it belongs to the open file and ends with the last copy of it.
///
/// Open file description locks (`F_OFD_SETLK`) do not vanish when another descriptor of the same
/// process is closed, as the older POSIX locks do, and the kernel takes them back on any death.
public enum FileLock {
    /// Takes the lock, or returns false because another open file has it.
    public static func acquire(_ descriptor: FileDescriptor) throws(Errno) -> Bool {
        var request = wholeFile(CInt(F_WRLCK))
        // SAFETY: `request` lives across the call, which only reads it.
        // #syscalls fcntl
        if unsafe fcntl(descriptor.rawValue, setLock, &request) == 0 { return true }
        let error = Errno.latest
        guard error == .resourceTemporarilyUnavailable || error == .permissionDenied else {
            throw error
        }
        return false
    }

    /// True if another open file holds the lock; a descriptor opened for reading will do.
    public static func isHeldElsewhere(_ descriptor: FileDescriptor) throws(Errno) -> Bool {
        var request = wholeFile(CInt(F_WRLCK))
        // SAFETY: `request` lives across the call, which fills it in.
        // #syscalls fcntl
        guard unsafe fcntl(descriptor.rawValue, getLock, &request) == 0 else { throw .latest }
        return CInt(request.l_type) != CInt(F_UNLCK)
    }

    // linux/fcntl.h; glibc shows them under _GNU_SOURCE only.
    private static let getLock: CInt = 36
    private static let setLock: CInt = 37

    private static func wholeFile(_ type: CInt) -> flock {
        var request = flock()
        request.l_type = CShort(type)
        request.l_whence = CShort(SEEK_SET)
        return request
    }
}
