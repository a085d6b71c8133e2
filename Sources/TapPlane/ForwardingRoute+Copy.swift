import SystemPackage
import TapLinux

extension ForwardingRoute {
    /// Copies the frame, or as much of it as is wanted and there is room for.
    func copy(_ assembler: inout BPFAssembler, _ kernel: borrowing KernelParts) {
        let buffer = kernel.buffer.descriptor
        let done = assembler.label()
        let written = assembler.label()
        let full = assembler.label()
        let unread = assembler.label()
        let fits = assembler.label()
        assembler.store(.word, .r7, to: .r10, Stack.length)
        assembler.store(.word, 0, to: .r10, Stack.cut)
        load(&assembler, .captureLimit, kernel.switches.descriptor)
        assembler.jump(to: fits, if: .lessOrEqual, .r7, .r1)
        assembler.apply(.move, .r7, .r1)
        assembler.place(fits)
        economize(&assembler, kernel, done)
        // Less than 1, not 0: only of that kernels before 6.8 learn that what remains is not 0.
        assembler.jump(to: unread, if: .less, .r7, 1)
        for size in Self.classes {
            let larger = assembler.label()
            assembler.jump(to: larger, if: .greater, .r7, size)
            reserve(&assembler, buffer, size, full)
            assembler.jump(to: written)
            assembler.place(larger)
        }
        assembler.place(unread)
        count(&assembler, .notRead)
        assembler.jump(to: done)
        assembler.place(full)
        count(&assembler, .notBuffered)
        assembler.jump(to: done)
        assembler.place(written)
        finish(&assembler, done)
        assembler.place(done)
    }

    /// Takes room for a frame of at most `size` octets, and copies it there; r0 tells how that went.
    private func reserve(
        _ assembler: inout BPFAssembler,
        _ buffer: FileDescriptor,
        _ size: Int32,
        _ full: BPFAssembler.Label
    ) {
        assembler.address(ofMap: buffer, .r1)
        assembler.apply(.move, .r2, size + Int32(CaptureHeader.byteCount))
        assembler.apply(.move, .r3, 0)
        assembler.call(.reserveRecord)
        assembler.jump(to: full, if: .equal, .r0, 0)
        assembler.apply(.move, .r8, .r0)
        assembler.apply(.move, .r1, .r6)
        assembler.apply(.move, .r2, 0)
        assembler.apply(.move, .r3, .r8)
        assembler.apply(.add, .r3, Int32(CaptureHeader.byteCount))
        assembler.apply(.move, .r4, .r7)
        assembler.call(.loadFrame)
    }

    /// Writes the record's header and hands the record over, or throws it away.
    private func finish(_ assembler: inout BPFAssembler, _ done: BPFAssembler.Label) {
        let read = assembler.label()
        assembler.jump(to: read, if: .equal, .r0, 0)
        assembler.apply(.move, .r1, .r8)
        assembler.apply(.move, .r2, 0)
        assembler.call(.discardRecord)
        count(&assembler, .notRead)
        assembler.jump(to: done)
        assembler.place(read)
        assembler.call(.monotonicTime)
        assembler.store(.doubleWord, .r0, to: .r8, CaptureHeader.time)
        assembler.load(.word, .r1, from: .r10, Stack.length)
        assembler.store(.word, .r1, to: .r8, CaptureHeader.length)
        assembler.store(.word, .r7, to: .r8, CaptureHeader.captured)
        assembler.store(.half, Int32(port), to: .r8, CaptureHeader.port)
        storeTag(&assembler)
        storeFlags(&assembler)
        assembler.apply(.move, .r1, .r8)
        assembler.apply(.move, .r2, 0)
        assembler.call(.submitRecord)
        countCut(&assembler, done)
    }

    /// Counts a frame that was handed over without its payload.
    private func countCut(_ assembler: inout BPFAssembler, _ done: BPFAssembler.Label) {
        guard keep != .mail else { return }
        assembler.load(.word, .r1, from: .r10, Stack.cut)
        assembler.jump(to: done, if: .equal, .r1, 0)
        assembler.load(.doubleWord, .r3, from: .r10, Stack.wanted)
        assembler.apply(.subtract, .r3, .r7)
        for (frames, octets) in keep == .headers ? Self.cuts.prefix(1) : Self.cuts.dropFirst() {
            let next = assembler.label()
            assembler.load(.word, .r1, from: .r10, Stack.cut)
            assembler.jump(to: next, if: .notEqual, .r1, Int32(frames.rawValue))
            count(&assembler, frames)
            add(&assembler, octets, .r3)
            assembler.jump(to: done)
            assembler.place(next)
        }
    }

    private func storeTag(_ assembler: inout BPFAssembler) {
        let untagged = assembler.label()
        assembler.apply(.move, .r2, 0)
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.hasTag)
        assembler.jump(to: untagged, if: .equal, .r1, 0)
        assembler.load(.word, .r2, from: .r6, PortClassifiers.Context.tagProtocol)
        assembler.apply(.shiftLeft, .r2, 16)
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.tagControl)
        assembler.apply(.or, .r2, .r1)
        assembler.place(untagged)
        assembler.store(.word, .r2, to: .r8, CaptureHeader.tag)
    }

    private func storeFlags(_ assembler: inout BPFAssembler) {
        let single = assembler.label()
        assembler.apply(.move, .r2, 0)
        // What stands for several segments has its checksum still to be made.
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.segmentSize)
        assembler.jump(to: single, if: .equal, .r1, 0)
        assembler.apply(.move, .r2, 1)
        assembler.place(single)
        assembler.store(.half, .r2, to: .r8, CaptureHeader.flags)
    }
}
