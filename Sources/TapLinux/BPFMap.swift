import CTap
import SystemPackage

/// What counters and rings of programs have in common.
enum BPFMap {
    /// What the kernel says of a map.
    struct Facts {
        var identifier: UInt32 = 0
        var valueByteCount: UInt32 = 0
        var entryCount: UInt32 = 0
    }

    static func facts(of map: FileDescriptor) throws(Errno) -> Facts {
        var facts = Facts()
        // SAFETY: all three numbers live across the call, which fills them in.
        // #syscalls bpf
        let result = unsafe ctap_bpf_map_facts(
            map.rawValue,
            &facts.identifier,
            &facts.valueByteCount,
            &facts.entryCount
        )
        _ = try Errno.check(result)
        return facts
    }

    /// Opens the map of that number if it is one of those dimensions; needs CAP_SYS_ADMIN.
    ///
    /// - Throws: `.invalidArgument` if it is another map.
    static func open(
        _ identifier: UInt32,
        valueByteCount: Int,
        entryCount: Int
    ) throws(Errno) -> FileDescriptor {
        // #syscalls bpf
        let number = try Errno.check(ctap_bpf_map_by_id(identifier))
        return try FileDescriptor(rawValue: number).closedOnFailure { map throws(Errno) in
            let facts = try facts(of: map)
            guard Int(facts.valueByteCount) == valueByteCount, Int(facts.entryCount) == entryCount
            else { throw .invalidArgument }
        }
    }
}
