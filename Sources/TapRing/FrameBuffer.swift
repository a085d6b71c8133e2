import CTap

/// The octets of one frame, copied out of a ring; freed when its owner goes.
@safe struct FrameBuffer: ~Copyable {
    // SAFETY: the memory is this owner's alone, of the stated length and initialised; spans borrow it.
    @unsafe private let octets: UnsafeMutablePointer<UInt8>

    /// Room for the longest frame that a ring may hold.
    init() {
        let capacity = RingConfiguration.maximumFrameByteCount
        unsafe octets = .allocate(capacity: capacity)
        unsafe octets.initialize(repeating: 0, count: capacity)
    }

    deinit { unsafe octets.deallocate() }

    /// Copies `count` octets from a ring, which may change meanwhile: the caller checks afterwards.
    ///
    /// - Returns: The checksum of the octets that were copied, begun with `register`.
    @unsafe mutating func fill(
        from source: UnsafeRawPointer,
        count: Int,
        register: UInt32
    ) -> UInt32 {
        precondition(count >= 0 && count <= RingConfiguration.maximumFrameByteCount)
        // SAFETY: count octets fit here, and the caller has as many there.
        unsafe UnsafeMutableRawPointer(octets).copyMemory(from: source, byteCount: count)
        return unsafe ~ctap_crc32c(register, octets, count)
    }

    /// The first `count` octets.
    @_lifetime(borrow self)
    func span(_ count: Int) -> Span<UInt8> {
        precondition(count >= 0 && count <= RingConfiguration.maximumFrameByteCount)
        // SAFETY: the memory lives as long as `self`, on which the span's lifetime is made to depend.
        let span = unsafe Span(_unsafeStart: octets, count: count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}
