internal import CTap
internal import SystemPackage
internal import TapWire

/// The part of a capture that is looked at, between a source and the reader.
///
/// Positions are relative to the next octet that was not consumed. Memory follows the octets
/// that came, never a length that a file only claims.
@safe struct SourceBuffer: ~Copyable {
    private static let initialByteCount = 256 * 1024

    /// How many storages that came back are kept.
    private static let maximumSpares = 8

    /// How far ahead a mapping is fetched: as long as memory takes, and no longer than the nearest cache keeps it.
    private static let fetchedByteCount = 8 * 1024

    private var storage = [UInt8](repeating: 0, count: Self.initialByteCount)
    /// The file in which the octets lie, in place of the storage, up to its end.
    private var mapping: FileMapping?
    /// Where its octets are: whoever takes them from the mapping counts a reference, with every frame.
    private var mapped: UnsafePointer<UInt8>?
    /// Up to where its octets were fetched.
    private var fetched = 0
    /// Up to where its pages were given back.
    private var returned = 0
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    /// True while others look into the storage: the next octets are read into another.
    private var isShared = false
    /// Storages that came back.
    private var spares: [[UInt8]] = []
    /// How often the storage was exchanged.
    private(set) var generation: UInt64 = 0
    /// Where in the input the next octet that was not consumed stands.
    private(set) var offset: UInt64 = 0

    /// Octets at hand.
    var count: Int { end - start }

    /// Everything at hand.
    var octets: Span<UInt8> {
        @inline(__always)
        @_lifetime(borrow self)
        borrowing get { octets(consumed: start..<end) }
    }

    /// The octets at `range` of the storage, as `consume` gave it.
    @inline(__always)
    @_lifetime(borrow self)
    borrowing func octets(consumed range: Range<Int>) -> Span<UInt8> {
        guard let mapped = unsafe mapped else { return storage.span.extracting(range) }
        // SAFETY: the mapping is kept for as long as the pointer is, and no octets are at hand behind its end.
        precondition(range.upperBound <= end)
        return unsafe _overrideLifetime(
            Span(_unsafeStart: mapped + range.lowerBound, count: range.count),
            borrowing: self
        )
    }

    /// Begins with what the source has mapped.
    mutating func look(into mapping: FileMapping?) {
        self.mapping = mapping
        // SAFETY: kept beside its mapping, and dropped with it.
        unsafe mapped = mapping?.start
    }

    /// Fetches what comes next while what is there is worked on.
    @inline(__always)
    mutating func fetchAhead() throws(CaptureError) {
        guard let mapped = unsafe mapped else { return }
        let goal = min(end, start &+ Self.fetchedByteCount)
        if fetched < goal {
            // SAFETY: what is not there is not fetched.
            unsafe FileMapping.fetch(mapped, fetched..<goal)
            fetched = goal
        }
        if ctap_is_any_guard_broken() != 0 { try lookForCut() }
    }

    private func lookForCut() throws(CaptureError) {
        if mapping?.isCut == true { throw cut() }
    }

    private func cut(_ error: Errno? = nil) -> CaptureError {
        CaptureError(
            code: .readFailed,
            offset: offset,
            errno: error,
            problem: "the file has become shorter while it was read, or cannot be read"
        )
    }

    /// Takes the next piece of the mapping; false at its end.
    private mutating func takeMapped() throws(CaptureError) -> Bool {
        guard let mapping, end < mapping.byteCount else { return false }
        do {
            end = try mapping.populate(from: end)
        } catch {
            throw cut(error)
        }
        returned = mapping.release(from: returned, before: start)
        return true
    }

    /// Goes on in the storage, to which the octets at hand are copied: the mapping is used up.
    private mutating func leaveMapping() {
        guard let mapping else { return }
        let left = mapping.octets.extracting(start..<end)
        storage.removeAll(keepingCapacity: true)
        for index in left.indices { storage.append(left[index]) }
        let room = max(0, Self.initialByteCount - left.count)
        storage.append(contentsOf: repeatElement(0, count: room))
        (start, end) = (0, left.count)
        self.mapping = nil
        unsafe mapped = nil
        generation &+= 1
    }

    /// Reads until there are `byteCount` octets at hand, or the source ends; returns how many.
    @inline(__always)
    mutating func fill(
        _ byteCount: Int,
        from source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) -> Int {
        if count >= byteCount { return byteCount }
        return try read(byteCount, from: &source)
    }

    private mutating func read(
        _ byteCount: Int,
        from source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) -> Int {
        while count < byteCount && !isAtEnd {
            if try takeMapped() { continue }
            leaveMapping()
            if isShared { exchangeStorage() }
            makeRoom(for: byteCount)
            let end = end
            do {
                var room = storage.mutableSpan
                var free = room._mutatingExtracting(droppingFirst: end)
                let got = try source.read(into: &free)
                self.end += got
                isAtEnd = got == 0
            } catch {
                throw CaptureError(
                    code: .readFailed,
                    offset: offset &+ UInt64(count),
                    errno: error,
                    problem: "the capture cannot be read"
                )
            }
        }
        return min(count, byteCount)
    }

    /// Moves on by `byteCount` octets, and returns where in the storage they stand until the
    /// next `fill`.
    mutating func consume(_ byteCount: Int) -> Range<Int> {
        precondition(byteCount >= 0 && byteCount <= count)
        let range = start..<start + byteCount
        start += byteCount
        offset &+= UInt64(byteCount)
        return range
    }

    /// Moves on by up to `byteCount` octets that need not be at hand; returns how many there were.
    mutating func skip(
        _ byteCount: UInt64,
        from source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) -> UInt64 {
        var left = byteCount
        while left > 0 {
            let piece = Int(min(left, UInt64(Self.initialByteCount)))
            let there = try fill(piece, from: &source)
            guard there > 0 else { break }
            _ = consume(there)
            left -= UInt64(there)
        }
        return byteCount - left
    }

    /// The storage, in which octets stand at the places that `consume` gave since it was exchanged last.
    ///
    /// It is not written any more: what is read next goes to another.
    mutating func share() -> any OctetStore {
        if let mapping { return mapping }
        isShared = true
        return OctetArray(storage, isLasting: false)
    }

    /// Takes a storage back that was shared and that nobody looks into any more.
    mutating func recycle(_ store: any OctetStore) {
        guard let storage = (store as? OctetArray)?.array, !storage.isEmpty,
            spares.count < Self.maximumSpares
        else { return }
        spares.append(storage)
    }

    /// Goes on in another storage, to which the octets at hand are copied.
    private mutating func exchangeStorage() {
        var other = spares.popLast() ?? []
        let missing = max(count, Self.initialByteCount) - other.count
        if missing > 0 { other.append(contentsOf: repeatElement(0, count: missing)) }
        for index in 0..<count { other[index] = storage[start + index] }
        end -= start
        start = 0
        storage = other
        isShared = false
        generation &+= 1
    }

    /// Makes room behind the octets at hand: moves them to the front, and when that is not
    /// enough doubles the storage, so that it stays within twice of what has come.
    private mutating func makeRoom(for byteCount: Int) {
        if start + byteCount > storage.count && start > 0 {
            // SAFETY: both ranges lie inside the storage, and copyMemory allows an overlap.
            unsafe storage.withUnsafeMutableBytes { raw in
                let kept = unsafe UnsafeRawBufferPointer(rebasing: raw[start..<end])
                unsafe raw.copyMemory(from: kept)
            }
            end -= start
            start = 0
        }
        guard end == storage.count else { return }
        storage.append(contentsOf: repeatElement(0, count: storage.count))
    }
}
