internal import CTap
internal import Glibc
internal import SystemPackage
public import TapWire

/// The octets of a file, looked at in the pages that the kernel keeps of it.
///
/// Theory of operation. Who reads by read(2) waits for a copy of each octet. Here the pages are asked for before they are
/// looked at (`populate`), given back behind (`release`), and the lines of memory that come next are fetched while the
/// frames before them are worked on (`fetch`): by the time a frame is looked at its octets are near.
///
/// A file may become shorter while it is read. What is gone then reads as zeros, and `isCut` is true. It may grow: what is
/// new is not in the mapping. Whoever writes over what is there while it is read gets what any reader would: some of each.
@safe public final class FileMapping: OctetStore, @unchecked Sendable {
    // SAFETY: the pointer is the mapping's own, valid until deinit and never written through; both it and the length never
    // change. Pages that go away are replaced by the guard, so that every octet can be read at all times.

    /// Octets that are populated in one call: a system call for hundreds of frames, and few enough for a cache.
    static let pieceByteCount = 1 << 20
    /// How much is given back in one call, which interrupts every core that has looked at it; as much is kept behind what
    /// is looked at, as others may still look there.
    private static let returnedByteCount = 4 << 20
    /// A smaller file is read as quickly as it is mapped.
    static let minimumByteCount = 1 << 20
    /// MADV_POPULATE_READ (linux/mman.h), which Swift's importer does not see.
    private static let populateRead: CInt = 22

    /// The first octet.
    @unsafe let start: UnsafePointer<UInt8>
    /// How many octets the file had when it was mapped.
    public let byteCount: Int
    private let guardNumber: CInt

    /// Maps an open file of `byteCount` octets; nil for a small one, and where the kernel does not map it.
    init?(_ descriptor: FileDescriptor, _ byteCount: Int) {
        guard byteCount >= Self.minimumByteCount else { return nil }
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory of ours.
        // #syscalls mmap
        let address = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor.rawValue, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else { return nil }
        // SAFETY: the guard is released before the mapping goes.
        guardNumber = unsafe ctap_guard_mapping(address, byteCount)
        guard guardNumber >= 0 else {
            // SAFETY: both values are those mmap gave.
            // #syscalls munmap
            _ = unsafe munmap(address, byteCount)
            return nil
        }
        // SAFETY: advice changes no content.
        // #syscalls madvise
        _ = unsafe madvise(address, byteCount, MADV_SEQUENTIAL)
        unsafe start = UnsafePointer(address.assumingMemoryBound(to: UInt8.self))
        self.byteCount = byteCount
    }

    deinit {
        ctap_release_guard(guardNumber)
        // SAFETY: both values are those mmap gave, and nobody can hold the octets beyond their owner.
        // #syscalls munmap
        _ = unsafe munmap(UnsafeMutableRawPointer(mutating: start), byteCount)
    }

    /// Its pages can be looked at again as long as it is there.
    public var isLasting: Bool { true }

    /// All of it; looking at what is not populated waits for the kernel.
    public var octets: Span<UInt8> {
        @inline(__always)
        @_lifetime(borrow self)
        get {
            // SAFETY: the mapping lives as long as its owner, which the span depends on.
            unsafe _overrideLifetime(
                Span(_unsafeStart: start, count: byteCount),
                borrowing: self
            )
        }
    }

    /// True once an octet was looked at that the file did not have any more.
    var isCut: Bool {
        @inline(__always)
        get { ctap_is_guard_broken(guardNumber) != 0 }
    }

    /// Makes the pages from `start` on present, up to `pieceByteCount` octets.
    ///
    /// - Returns: Where they end.
    /// - Throws: The kernel's error, EFAULT for a file that has become shorter.
    func populate(from start: Int) throws(Errno) -> Int {
        let end = start &+ min(Self.pieceByteCount, byteCount &- start)
        let page = start & ~(Self.pieceByteCount &- 1)
        while true {
            // SAFETY: populating changes no content, and the range lies inside the mapping.
            // #syscalls madvise
            let result = unsafe madvise(
                UnsafeMutableRawPointer(mutating: self.start + page),
                end &- page,
                Self.populateRead
            )
            if result == 0 { return end }
            let error = Errno(rawValue: errno)
            // A kernel before 5.14 does not know it: the pages come when they are looked at.
            if error == .invalidArgument { return end }
            guard error == .interrupted || error == .resourceTemporarilyUnavailable else {
                throw error
            }
        }
    }

    /// Gives the pages from `returned` on back, as far as they lie well before `place`; who looks at them again waits for
    /// the kernel.
    ///
    /// - Returns: Up to where pages were given back.
    func release(from returned: Int, before place: Int) -> Int {
        let end = (place &- Self.returnedByteCount) & ~(Self.returnedByteCount &- 1)
        guard end > returned else { return returned }
        // SAFETY: the pages are those of a file, and come back as they were.
        // #syscalls madvise
        _ = unsafe madvise(
            UnsafeMutableRawPointer(mutating: start + returned),
            end &- returned,
            MADV_DONTNEED
        )
        return end
    }

    /// Fetches octets that will be looked at soon.
    public func fetch(_ range: Range<Int>) { unsafe Self.fetch(start, range) }

    /// Fetches the lines of memory in `range` of what begins at `start`, without waiting for them.
    @inline(__always)
    static func fetch(_ start: UnsafePointer<UInt8>, _ range: Range<Int>) {
        // SAFETY: a place that is not there is not fetched.
        unsafe ctap_prefetch_lines(start + range.lowerBound, range.count)
    }
}
