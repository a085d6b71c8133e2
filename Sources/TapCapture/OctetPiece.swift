/// Octets of a capture on their way, in memory that goes from owner to owner instead of being copied.
@safe
public struct OctetPiece: ~Copyable, @unchecked Sendable {
    // SAFETY: the memory is this owner's alone, `capacity` octets long and freed by its deinit. Whoever writes to it
    // does so through `storage` as far as the capacity, and says in `count` how much of it is initialised.
    @unsafe private(set) var storage: UnsafeMutableRawPointer
    /// How many octets there is room for.
    private(set) var capacity: Int
    /// How many octets it holds.
    var count = 0
    /// The places at which what is written may end, in order.
    var ends: [Int] = []

    /// Room for `capacity` octets.
    init(capacity: Int) {
        unsafe storage = .allocate(byteCount: capacity, alignment: 16)
        self.capacity = capacity
        ends.reserveCapacity(capacity / 32)
    }

    deinit { unsafe storage.deallocate() }

    /// The octets.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            precondition(count >= 0 && count <= capacity)
            // SAFETY: the octets up to `count` are initialised and live as long as `self`, on which the span depends.
            let span = unsafe Span<UInt8>(
                _unsafeBytes: UnsafeRawBufferPointer(start: storage, count: count)
            )
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Copies `octets` behind those that it holds.
    mutating func append(_ octets: Span<UInt8>) {
        grow(to: count + octets.count)
        // SAFETY: there is room, and a borrowed span cannot lie in memory that is ours alone.
        unsafe octets.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe (storage + count).copyMemory(from: start, byteCount: source.count)
        }
        count += octets.count
    }

    /// Forgets the octets and keeps the room.
    mutating func clear() {
        count = 0
        ends.removeAll(keepingCapacity: true)
    }

    /// Makes room for `capacity` octets, if there is less.
    mutating func grow(to capacity: Int) {
        guard capacity > self.capacity else { return }
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        // SAFETY: the new memory is longer and does not overlap; nobody has the old one but us.
        unsafe larger.copyMemory(from: storage, byteCount: count)
        unsafe storage.deallocate()
        unsafe storage = larger
        self.capacity = capacity
    }
}
