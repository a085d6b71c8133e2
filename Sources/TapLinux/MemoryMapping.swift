import Glibc
public import SystemPackage

/// A shared mapping of a file, or memory of its own, unmapped when its owner goes.
///
/// The octets may change under the reader at any time: another process owns them. Touching a page
/// that the file no longer has raises SIGBUS; see `FileMappingSource.byteCount`.
@safe public struct MemoryMapping: ~Copyable, @unchecked Sendable {
    // SAFETY: the pointer is the mapping's own, valid until deinit, and `@unsafe` to take. Both values
    // never change and mapped memory belongs to no thread, so the owner may move between threads.

    /// Whether the mapping may be written to.
    public enum Access: Sendable {
        case readOnly, readWrite
    }

    /// The first octet of the mapping.
    @unsafe public let base: UnsafeMutableRawPointer
    /// How many octets are mapped.
    public let byteCount: Int

    /// Maps `byteCount` octets of an open file, from `offset` on.
    public init(
        _ descriptor: FileDescriptor,
        offset: Int = 0,
        byteCount: Int,
        access: Access
    ) throws(Errno) {
        let protection = access == .readOnly ? PROT_READ : PROT_READ | PROT_WRITE
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory of ours.
        // #syscalls mmap
        let address = unsafe mmap(
            nil,
            byteCount,
            protection,
            MAP_SHARED,
            descriptor.rawValue,
            offset
        )
        guard let address = unsafe address, unsafe address != MAP_FAILED else { throw .latest }
        unsafe base = address
        self.byteCount = byteCount
    }

    /// Memory of this process alone, all zeros and present at once.
    public init(anonymousByteCount byteCount: Int) throws(Errno) {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory of ours.
        // #syscalls mmap
        let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else { throw .latest }
        unsafe base = address
        self.byteCount = byteCount
    }

    deinit {
        // SAFETY: both values are those mmap gave, and nobody can hold `base` beyond this owner.
        // #syscalls munmap
        _ = unsafe munmap(base, byteCount)
    }

    /// Asks for huge pages where the file system can give them; a wish, so failure is no error.
    public func preferHugePages() {
        // SAFETY: advice changes no content.
        // #syscalls madvise
        _ = unsafe madvise(base, byteCount, MADV_HUGEPAGE)
    }

    /// Makes every page present and writable now, so that no later write takes a page fault.
    ///
    /// - Returns: false when the kernel is too old to do so (before 5.14).
    public func populateForWriting() throws(Errno) -> Bool {
        let populateWrite: CInt = 23  // MADV_POPULATE_WRITE, linux/mman.h
        while true {
            // SAFETY: populating changes no content.
            // #syscalls madvise
            if unsafe madvise(base, byteCount, populateWrite) == 0 { return true }
            let error = Errno.latest
            if error == .invalidArgument { return false }
            guard error == .interrupted || error == .resourceTemporarilyUnavailable else {
                throw error
            }
        }
    }
}
