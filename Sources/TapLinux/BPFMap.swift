import CTap
import SystemPackage

/// What counters and rings of programs have in common.
enum BPFMap {
    /// What the kernel says of a map.
    struct Facts {
        var identifier: UInt32 = 0
        var valueByteCount: UInt32 = 0
        var entryCount: UInt32 = 0
        var name = ""
    }

    static func facts(of map: FileDescriptor) throws(Errno) -> Facts {
        var facts = Facts()
        var name = [CChar](repeating: 0, count: 16)
        // SAFETY: the numbers and the room for the name live across the call, which fills them in.
        // #syscalls bpf
        let result = unsafe ctap_bpf_map_facts(
            map.rawValue,
            &facts.identifier,
            &facts.valueByteCount,
            &facts.entryCount,
            &name
        )
        _ = try Errno.check(result)
        facts.name = String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        return facts
    }

    /// Opens the map of that number if it has that name and those dimensions; needs CAP_SYS_ADMIN.
    ///
    /// - Throws: `.invalidArgument` if it is another map.
    static func open(
        _ identifier: UInt32,
        name: String,
        valueByteCount: Int,
        entryCount: Int
    ) throws(Errno) -> FileDescriptor {
        // #syscalls bpf
        let number = try Errno.check(ctap_bpf_map_by_id(identifier))
        return try FileDescriptor(rawValue: number).closedOnFailure { map throws(Errno) in
            let facts = try facts(of: map)
            guard facts.name == name, Int(facts.valueByteCount) == valueByteCount,
                Int(facts.entryCount) == entryCount
            else { throw .invalidArgument }
        }
    }
}
