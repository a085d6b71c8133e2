/// The part of a capture that is looked at, between a source and the reader.
///
/// Positions are relative to the next octet that was not consumed. Memory follows the octets
/// that came, never a length that a file only claims.
struct SourceBuffer: ~Copyable {
    private static let initialByteCount = 256 * 1024

    /// How many storages that came back are kept.
    private static let maximumSpares = 8

    private var storage = [UInt8](repeating: 0, count: Self.initialByteCount)
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
        borrowing get { storage.span.extracting(start..<end) }
    }

    /// The octets at `range` of the storage, as `consume` gave it.
    @inline(__always)
    @_lifetime(borrow self)
    borrowing func octets(consumed range: Range<Int>) -> Span<UInt8> {
        storage.span.extracting(range)
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
    mutating func share() -> [UInt8] {
        isShared = true
        return storage
    }

    /// Takes a storage back that was shared and that nobody looks into any more.
    mutating func recycle(_ storage: [UInt8]) {
        guard !storage.isEmpty, spares.count < Self.maximumSpares else { return }
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
