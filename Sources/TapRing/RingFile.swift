import CTap
import SystemPackage
import TapLinux
import TapWire

/// A ring's file, open and mapped, with its geometry checked.
///
/// Every pointer it hands out lies inside the mapping, for any ordinal and any contents: the geometry
/// was copied out and held against the length of the file when it was opened, and is never read again.
@safe struct RingFile: ~Copyable {
    // SAFETY: all pointers are made from `mapping`, which lives as long as this owner; sizes come from
    // `geometry`, for which `fileByteCount <= mapping.byteCount` holds from the initialisers on.
    let source: FileMappingSource
    let mapping: MemoryMapping
    let geometry: RingGeometry
    let path: String
    let identity: RingIdentity
    let created: Timestamp
    let checksum: RingChecksum
    /// A block that is held for certain, though the head in the header may be older: see `RingReader`.
    var newestAtOpening: UInt64 = 0

    /// The header of the ring.
    @unsafe var header: UnsafeMutablePointer<ctap_ring_header> {
        // SAFETY: the file is longer than a header, and mappings begin on a page.
        unsafe mapping.base.assumingMemoryBound(to: ctap_ring_header.self)
    }

    /// The block in the place where the one of this ordinal stands, stood or will stand.
    @unsafe func block(_ ordinal: UInt64) -> UnsafeMutablePointer<ctap_ring_block> {
        let slot = Int(ordinal % UInt64(geometry.blockCount))
        let offset = RingGeometry.dataOffset &+ slot &* geometry.blockByteCount
        // SAFETY: slot < blockCount, so a whole block lies in the mapping behind this offset.
        return unsafe (mapping.base + offset).assumingMemoryBound(to: ctap_ring_block.self)
    }

    /// The description of a port; `index` is below `CTAP_RING_PORTS`.
    @unsafe func port(_ index: Int) -> UnsafeMutablePointer<ctap_ring_port> {
        let offset = Int(CTAP_RING_PORT_OFFSET) + index * MemoryLayout<ctap_ring_port>.stride
        // SAFETY: the table lies before the data for every index allowed.
        return unsafe (mapping.base + offset).assumingMemoryBound(to: ctap_ring_port.self)
    }

    /// One of the two ledgers: that of even or of odd versions.
    @unsafe func ledger(version: UInt64) -> UnsafeMutablePointer<ctap_ring_ledger> {
        let offset = Int(CTAP_RING_LEDGER_OFFSET) + Int(version & 1) * Int(CTAP_RING_LEDGER_STRIDE)
        // SAFETY: both ledgers lie before the data.
        return unsafe (mapping.base + offset).assumingMemoryBound(to: ctap_ring_ledger.self)
    }
}

extension RingFile {
    /// Maps an open file and checks that it is a ring of this version, as it says and long enough.
    init(
        _ source: consuming FileMappingSource,
        path: String,
        access: MemoryMapping.Access
    ) throws(RingError) {
        let length = try ringErrors(path) { () throws(Errno) in try source.byteCount() }
        guard length >= MemoryLayout<ctap_ring_header>.size else {
            throw RingError(.notARing, path: path)
        }
        let mapping = try ringErrors(path) { () throws(Errno) in
            try MemoryMapping(source.descriptor, byteCount: length, access: access)
        }
        var raw = ctap_ring_header()
        // SAFETY: the mapping has at least the octets of a header; all of them are whole words.
        unsafe ctap_ring_copy_words(&raw, mapping.base, MemoryLayout<ctap_ring_header>.size / 8)
        geometry = try RingGeometry(raw, fileByteCount: length, path: path)
        identity = RingIdentity(high: raw.identity_high, low: raw.identity_low)
        checksum = RingChecksum(identity)
        created = Timestamp(nanoseconds: raw.created)
        self.path = path
        self.source = source
        self.mapping = mapping
    }

    /// Opens the ring at `path`.
    static func open(_ path: String, access: MemoryMapping.Access) throws(RingError) -> RingFile {
        let source = try ringErrors(path) { () throws(Errno) in
            try FileMappingSource.open(FilePath(path), forWriting: access == .readWrite)
        }
        return try RingFile(source, path: path, access: access)
    }

    /// Throws if the file has become shorter than the mapping, whose end then must not be touched.
    func checkLength() throws(RingError) {
        let length = try ringErrors(path) { () throws(Errno) in try source.byteCount() }
        guard length >= geometry.fileByteCount else {
            throw RingError(.truncated(found: length, wanted: geometry.fileByteCount), path: path)
        }
    }
}

extension RingGeometry {
    /// The geometry that a ring's header states, held against the length of its file.
    fileprivate init(
        _ raw: ctap_ring_header,
        fileByteCount: Int,
        path: String
    ) throws(RingError) {
        guard raw.magic == Self.magic else { throw RingError(.notARing, path: path) }
        guard raw.version == Self.version else {
            throw RingError(.otherVersion(found: raw.version), path: path)
        }
        guard raw.data_offset == Self.dataOffset, raw.block_octets >= 4096,
            raw.block_octets <= 64 << 20, raw.block_octets % 4096 == 0,
            raw.block_count >= 2, raw.block_count <= 1 << 34,
            (1...UInt32(CTAP_RING_PORTS)).contains(raw.port_count),
            raw.snap_octets <= RingConfiguration.maximumFrameByteCount,
            raw.crc == RingChecksum.sum(raw)
        else { throw RingError(.damaged, path: path) }
        blockByteCount = Int(raw.block_octets)
        blockCount = Int(raw.block_count)
        portCount = Int(raw.port_count)
        snapLength = Int(raw.snap_octets)
        guard raw.file_octets == self.fileByteCount else { throw RingError(.damaged, path: path) }
        guard fileByteCount >= self.fileByteCount else {
            let code = RingError.Code.truncated(found: fileByteCount, wanted: self.fileByteCount)
            throw RingError(code, path: path)
        }
    }
}

/// Runs a system call about the ring at `path`, and gives its failures the ring's words.
func ringErrors<Value: ~Copyable>(
    _ path: String,
    _ body: () throws(Errno) -> Value
) throws(RingError) -> Value {
    do {
        return try body()
    } catch .noSuchFileOrDirectory {
        throw RingError(.notFound, path: path)
    } catch .invalidArgument {
        throw RingError(.notARing, path: path)
    } catch {
        throw RingError(.system(error), path: path)
    }
}
