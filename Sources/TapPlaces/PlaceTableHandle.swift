internal import CMaxMind
internal import SystemPackage
internal import TapWire

/// The owner of an open table of libmaxminddb.
///
/// `@unchecked Sendable`: the table is written by the initialiser alone; to look something up the library only reads it.
@safe
struct PlaceTableHandle: ~Copyable, @unchecked Sendable {
    private let table: UnsafeMutablePointer<MMDB_s>

    /// Opens a private copy of the file at `path`.
    init(copying path: String) throws(PlaceTableError) {
        let copy = try PrivateCopy.make(of: path)
        defer { try? copy.close() }
        // SAFETY: the library fills it in, or fails and leaves nothing in it that must be freed.
        let table = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
        let name = "/proc/self/fd/\(copy.rawValue)"
        // SAFETY: the library copies the name, and maps the file for itself: it needs the descriptor no longer.
        guard unsafe MMDB_open(name, UInt32(MMDB_MODE_MMAP), table) == MMDB_SUCCESS else {
            unsafe table.deallocate()
            throw PlaceTableError(code: .noTable, path: path)
        }
        unsafe self.table = table
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

    // MARK: - What it holds

    /// So many records tell what a table holds.
    private static let sampleLimit = 512
    /// So many nodes are gone through to find them, however the tree is damaged.
    private static let nodeLimit = 65_536

    /// What its first records hold.
    var contents: PlaceTable.Contents {
        var (contents, open, records) = (PlaceTable.Contents(), [UInt32(0)], 0)
        func follow(_ type: UInt8, _ record: UInt64, _ entry: MMDB_entry_s) {
            if Int32(type) == MMDB_RECORD_TYPE_SEARCH_NODE {
                open.append(UInt32(clamping: record))
            } else if Int32(type) == MMDB_RECORD_TYPE_DATA {
                records += 1
                // SAFETY: the entry is one of the table, which is open.
                contents.formUnion(unsafe PlaceEntry(entry).place.contents)
            }
        }
        for _ in 0..<Self.nodeLimit {
            guard let number = open.popLast(), records < Self.sampleLimit else { break }
            var node = unsafe MMDB_search_node_s()
            // SAFETY: table and node live across the call, which refuses numbers that are none of its nodes.
            guard unsafe MMDB_read_node(table, number, &node) == MMDB_SUCCESS else { continue }
            unsafe follow(node.right_record_type, node.right_record, node.right_record_entry)
            unsafe follow(node.left_record_type, node.left_record, node.left_record_entry)
        }
        return contents
    }
}
