internal import CMaxMind
internal import SystemPackage
internal import TapWire

/// The owner of an open table of libmaxminddb.
///
/// `@unchecked Sendable`: the table is written by the initialiser alone; to look something up the library only reads it.
@safe
struct PlaceTableHandle: ~Copyable, @unchecked Sendable {
    let table: UnsafeMutablePointer<MMDB_s>

    /// Opens a private copy of the file at `path`, by its name in the folder `descriptors`.
    init(copying path: String, descriptors: String) throws(PlaceTableError) {
        let copy = try PrivateCopy.make(of: path)
        defer { try? copy.close() }
        // SAFETY: the library fills it in, or fails and leaves nothing in it that must be freed.
        let table = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
        let name = "\(descriptors)/\(copy.rawValue)"
        // SAFETY: the library copies the name, and maps the file for itself: it needs the descriptor no longer.
        let status = unsafe MMDB_open(name, UInt32(MMDB_MODE_MMAP), table)
        guard status == MMDB_SUCCESS else {
            unsafe table.deallocate()
            throw PlaceTableError(code: Self.code(of: status), path: path)
        }
        unsafe self.table = table
    }

    /// Why the library does not open a copy, which can be read; an empty one it cannot map.
    private static func code(of status: Int32) -> PlaceTableError.Code {
        switch status {
        case MMDB_FILE_OPEN_ERROR: .noDescriptors
        case MMDB_OUT_OF_MEMORY_ERROR: .unreadable(.noMemory)
        default: .noTable
        }
    }

    deinit {
        // SAFETY: opened by init, and nobody has an entry of it any more: entries do not leave the methods below.
        unsafe MMDB_close(table)
        unsafe table.deallocate()
    }

    /// What its maker calls this kind of table.
    var kind: String? {
        // SAFETY: the library has copied the text and ended it with a zero; it lives as long as the table.
        unsafe table.pointee.metadata.database_type.flatMap { unsafe String(validatingCString: $0) }
    }

    /// When it was made, in seconds since 1970.
    var built: UInt64 { unsafe table.pointee.metadata.build_epoch }

    /// What the table says of an address; nil if it has no entry of it.
    func place(of address: IPAddress) -> Place? {
        let octets = address.octets
        var entry = unsafe MMDB_entry_s()
        // SAFETY: table and octets live across the call; the entry is a place in the table, used below while that lives.
        let isFound = unsafe octets.withUnsafeBufferPointer { octets in
            unsafe tap_place_entry(table, octets.baseAddress, octets.count, &entry) == 1
        }
        guard isFound else { return nil }
        return unsafe PlaceEntry(entry).place
    }
}
