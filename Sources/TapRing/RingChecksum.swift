import CTap

/// The checksums of one ring: CRC32C (RFC 3720, appendix B.4) that begins with the ring's identity.
///
/// What another ring left on the same disk is therefore damaged, and never taken for ours.
struct RingChecksum: Sendable {
    private let register: UInt32

    init(_ identity: RingIdentity) {
        var words = (identity.high, identity.low)
        // SAFETY: both words live across the call, which only reads them.
        register = unsafe ctap_crc32c(~0, &words, 16)
    }

    /// The checksum of a block's header, from its ordinal on.
    ///
    /// The checksums of the block's frames begin with it: a frame can stand in its own block only.
    func sum(_ block: ctap_ring_block) -> UInt32 {
        var block = block
        let start = MemoryLayout<ctap_ring_block>.offset(of: \.ordinal) ?? 0
        // SAFETY: the octets are those of a local value, borrowed for the call.
        return unsafe withUnsafeBytes(of: &block) { octets in
            unsafe sum(UnsafeRawBufferPointer(rebasing: octets[start...]))
        }
    }

    /// The checksum of a port's description, up to where it stands.
    func sum(_ port: ctap_ring_port) -> UInt32 {
        var port = port
        let end = MemoryLayout<ctap_ring_port>.offset(of: \.crc) ?? 0
        // SAFETY: the octets are those of a local value, borrowed for the call.
        return unsafe withUnsafeBytes(of: &port) { octets in
            unsafe sum(UnsafeRawBufferPointer(rebasing: octets[..<end]))
        }
    }

    /// The checksum of a ledger.
    func sum(version: UInt64, _ lines: [ctap_ring_ledger_line]) -> UInt32 {
        var version = version
        // SAFETY: both are values of ours, borrowed for the calls, which only read them.
        let head = unsafe ctap_crc32c(register, &version, 8)
        return ~(unsafe lines.withUnsafeBytes { unsafe Self.go(on: $0, from: head) })
    }

    /// The checksum of the fixed part of a ring's header, which holds the identity itself.
    static func sum(_ header: ctap_ring_header) -> UInt32 {
        var header = header
        let end = MemoryLayout<ctap_ring_header>.offset(of: \.crc) ?? 0
        // SAFETY: the octets are those of a local value, borrowed for the call.
        return unsafe withUnsafeBytes(of: &header) { octets in
            unsafe ~go(on: UnsafeRawBufferPointer(rebasing: octets[..<end]), from: ~0)
        }
    }

    private func sum(_ octets: UnsafeRawBufferPointer) -> UInt32 {
        unsafe ~Self.go(on: octets, from: register)
    }

    private static func go(on octets: UnsafeRawBufferPointer, from register: UInt32) -> UInt32 {
        guard let start = octets.baseAddress else { return register }
        // SAFETY: the buffer has so many octets, and the caller keeps it for the call.
        return unsafe ctap_crc32c(register, start, octets.count)
    }
}
