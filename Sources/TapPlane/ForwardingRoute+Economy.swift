import SystemPackage
import TapLinux

/// What is not copied: by what the user asks for, and by how full the buffer is.
///
/// While little waits in the buffer a program looks at no frame for that. The fuller it is, the less is copied, so
/// that what remains fits: payload of large frames first, then all payload but that of mail, then all frames but mail
/// and the beginnings and ends of connections, for which the last quarter is kept.
extension ForwardingRoute {
    /// From how many octets on a frame counts as one of a bulk transfer.
    package static let bulkByteCount: Int32 = 512

    /// Goes on with fewer octets of the frame in r7, or to `done` without it.
    func economize(
        _ assembler: inout BPFAssembler,
        _ kernel: borrowing KernelParts,
        _ done: BPFAssembler.Label
    ) {
        let buffer = kernel.buffer.descriptor
        let room = kernel.buffer.byteCount
        let switches = kernel.switches.descriptor
        let wanted = assembler.label()
        switch keep {
        case .all:
            shedByFill(&assembler, buffer, room, switches, wanted, done)
        case .headers:
            cut(&assembler, switches, .askedFrames, unless: Self.headerByteCount)
            askForFill(&assembler, buffer)
            assembler.jump(to: wanted, if: .lessOrEqual, .r0, Int32(room / 4 * 3))
            classify(&assembler, mail: wanted, control: wanted)
            leaveOut(&assembler, done)
        case .mail:
            let unwanted = assembler.label()
            classify(&assembler, mail: wanted, control: unwanted)
            assembler.place(unwanted)
            count(&assembler, .notKept)
            assembler.jump(to: done)
        case .filter(let filter):
            let match = assembler.label()
            let unwanted = assembler.label()
            self.filter(
                &assembler,
                filter,
                kernel.scratch.descriptor,
                match: match,
                miss: unwanted
            )
            assembler.place(unwanted)
            count(&assembler, .notKept)
            assembler.jump(to: done)
            assembler.place(match)
            shedByFill(&assembler, buffer, room, switches, wanted, done)
        }
        assembler.place(wanted)
    }

    /// Nothing is left out up to a quarter, nor ever of mail.
    private func shedByFill(
        _ assembler: inout BPFAssembler,
        _ buffer: FileDescriptor,
        _ room: Int,
        _ switches: FileDescriptor,
        _ wanted: BPFAssembler.Label,
        _ done: BPFAssembler.Label
    ) {
        askForFill(&assembler, buffer)
        assembler.jump(to: wanted, if: .lessOrEqual, .r0, Int32(room / 4))
        assembler.store(.doubleWord, .r0, to: .r10, Stack.fill)
        classify(&assembler, mail: wanted, control: wanted)
        shed(&assembler, room, switches, wanted, done)
    }

    private static let headerByteCount = Int32(PlaneConfiguration.headerByteCount)

    /// Asks how many octets wait in the buffer, into r0.
    private func askForFill(_ assembler: inout BPFAssembler, _ buffer: FileDescriptor) {
        assembler.address(ofMap: buffer, .r1)
        // BPF_RB_AVAIL_DATA
        assembler.apply(.move, .r2, 0)
        assembler.call(.queryRing)
    }

    /// What a frame that is no mail loses when the buffer fills up.
    private func shed(
        _ assembler: inout BPFAssembler,
        _ room: Int,
        _ switches: FileDescriptor,
        _ wanted: BPFAssembler.Label,
        _ done: BPFAssembler.Label
    ) {
        let full = assembler.label()
        let bulk = assembler.label()
        assembler.load(.doubleWord, .r0, from: .r10, Stack.fill)
        assembler.jump(to: full, if: .greater, .r0, Int32(room / 4 * 3))
        assembler.jump(to: bulk, if: .lessOrEqual, .r0, Int32(room / 2))
        cut(&assembler, switches, .otherFrames, unless: Self.headerByteCount)
        assembler.jump(to: wanted)
        assembler.place(bulk)
        cut(&assembler, switches, .bulkFrames, unless: Self.bulkByteCount)
        assembler.jump(to: wanted)
        assembler.place(full)
        leaveOut(&assembler, done)
    }

    private func leaveOut(_ assembler: inout BPFAssembler, _ done: BPFAssembler.Label) {
        count(&assembler, .shed)
        assembler.load(.word, .r2, from: .r10, Stack.length)
        add(&assembler, .shedOctets, .r2)
        assembler.jump(to: done)
    }

    /// Which counters tell of frames without payload, and of the octets they lack.
    static let cuts: [(frames: Counter, octets: Counter)] = [
        (.askedFrames, .askedOctets), (.bulkFrames, .bulkOctets), (.otherFrames, .otherOctets),
    ]

    /// Leaves the headers of a frame, unless no more than `limit` octets of it would be copied.
    ///
    /// It is counted once it is known that there is room for them.
    private func cut(
        _ assembler: inout BPFAssembler,
        _ switches: FileDescriptor,
        _ frames: Counter,
        unless limit: Int32
    ) {
        let isShort = assembler.label()
        assembler.jump(to: isShort, if: .lessOrEqual, .r7, limit)
        assembler.store(.word, Int32(frames.rawValue), to: .r10, Stack.cut)
        assembler.store(.doubleWord, .r7, to: .r10, Stack.wanted)
        load(&assembler, .headerLimit, switches)
        assembler.apply(.move, .r7, .r1)
        assembler.place(isShort)
    }
}
