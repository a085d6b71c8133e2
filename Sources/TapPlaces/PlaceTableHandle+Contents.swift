internal import CMaxMind
internal import TapWire

/// What a table holds, as far as a bounded look at it tells.
///
/// A table may have millions of records, and those of the lowest addresses may be of another kind than the rest. So all
/// records are looked at from the lowest address on, up to a limit, which are all of a small table; and as many are found by
/// ways from the root that spread over the whole tree: each takes another turn wherever there are two.
extension PlaceTableHandle {
    /// So many records from the lowest on tell what a table holds.
    private static let lowestLimit = 512
    /// So many nodes are gone through to find them, however the tree is damaged.
    private static let nodeLimit = 65_536
    /// So many ways are gone through the tree.
    private static let wayLimit: UInt64 = 1_024
    /// No way is longer than an address.
    private static let depthLimit = 128

    /// What its records hold.
    var contents: PlaceTable.Contents {
        var contents = lowestContents
        for number in 0..<Self.wayLimit { contents.formUnion(contentsAtEnd(ofWay: number)) }
        return contents
    }

    /// What the records of the lowest addresses hold.
    private var lowestContents: PlaceTable.Contents {
        var (contents, open, records) = (PlaceTable.Contents(), [UInt32(0)], 0)
        for _ in 0..<Self.nodeLimit {
            guard let number = open.popLast(), records < Self.lowestLimit else { break }
            guard let branches = branches(of: number) else { continue }
            for branch in [branches.right, branches.left] {
                switch branch {
                case .node(let next): open.append(next)
                case .record(let offset):
                    records += 1
                    contents.formUnion(self.contents(at: offset))
                case .nothing: break
                }
            }
        }
        return contents
    }

    /// What the record holds at which a way through the tree ends; nothing if it ends at none.
    ///
    /// The bits of its number say where it turns wherever there are two branches, the lowest first: so no two of the first
    /// thousand ways are the same before they have had ten turns.
    private func contentsAtEnd(ofWay way: UInt64) -> PlaceTable.Contents {
        // Behind the bits of the number itself come some that are as good as random.
        var turns = way | (way &* 0x9E37_79B9_7F4A_7C15) & ~(Self.wayLimit - 1)
        var number: UInt32 = 0
        for _ in 0..<Self.depthLimit {
            guard let branches = branches(of: number) else { return [] }
            let next: Branch
            switch (branches.left, branches.right) {
            case (.nothing, let other), (let other, .nothing): next = other
            case (let left, let right):
                next = turns & 1 == 0 ? left : right
                turns = turns >> 1 | turns << 63
            }
            switch next {
            case .node(let deeper): number = deeper
            case .record(let offset): return contents(at: offset)
            case .nothing: return []
            }
        }
        return []
    }

    /// What stands at one side of a node.
    private enum Branch {
        case node(UInt32)
        /// Where its data begin.
        case record(offset: UInt32)
        case nothing
    }

    /// What a record holds.
    private func contents(at offset: UInt32) -> PlaceTable.Contents {
        // SAFETY: the entry is one of the table, which is open, and has checked where its data begin.
        unsafe PlaceEntry(MMDB_entry_s(mmdb: table, offset: offset)).place.contents
    }

    /// Both sides of a node; nil for a number that is none.
    private func branches(of number: UInt32) -> (left: Branch, right: Branch)? {
        var node = unsafe MMDB_search_node_s()
        // SAFETY: table and node live across the call, which refuses numbers that are none of its nodes.
        guard unsafe MMDB_read_node(table, number, &node) == MMDB_SUCCESS else { return nil }
        return (
            unsafe branch(node.left_record_type, node.left_record, node.left_record_entry.offset),
            unsafe branch(node.right_record_type, node.right_record, node.right_record_entry.offset)
        )
    }

    private func branch(_ type: UInt8, _ record: UInt64, _ offset: UInt32) -> Branch {
        switch Int32(type) {
        case MMDB_RECORD_TYPE_SEARCH_NODE: .node(UInt32(clamping: record))
        case MMDB_RECORD_TYPE_DATA: .record(offset: offset)
        default: .nothing
        }
    }
}
