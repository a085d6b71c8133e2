/// Room for the frames of one batch that are longer than a slot of the kernel's ring.
@safe struct FrameBuffers: ~Copyable {
    // SAFETY: one block of `count` buffers, this owner's own, freed in deinit.

    /// How many buffers there are.
    static let count = 16
    /// Octets of a buffer: the longest frame that offloads make, and headers.
    static let byteCount = 256 * 1024

    private let base: UnsafeMutableRawPointer
    private var used = 0

    init() {
        unsafe base = .allocate(byteCount: Self.count * Self.byteCount, alignment: 64)
    }

    deinit { unsafe base.deallocate() }

    /// True if every buffer holds a frame.
    var isFull: Bool { used == Self.count }

    /// A buffer that is free until `clear`.
    mutating func next() -> UnsafeMutableRawBufferPointer {
        precondition(used < Self.count)
        let start = unsafe base + used * Self.byteCount
        used &+= 1
        return unsafe UnsafeMutableRawBufferPointer(start: start, count: Self.byteCount)
    }

    /// Forgets the frames.
    mutating func clear() { used = 0 }
}
