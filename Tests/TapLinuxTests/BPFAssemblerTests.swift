import TapLinux
import Testing

struct BPFAssemblerTests {
    @Test func aProgramIsWhatTheKernelReads() {
        var assembler = BPFAssembler()
        let end = assembler.label()
        assembler.load(.word, .r2, from: .r1, 36)
        assembler.jump(to: end, if: .notEqual, .r2, 0)
        assembler.exit(2)
        assembler.place(end)
        assembler.exit(-1)
        // Opcode, source and destination, offset, immediate: RFC 9669, section 3, little-endian.
        #expect(
            assembler.program.map(\.rawValue) == [
                0x0000_0000_0024_1261, 0x0000_0000_0002_0255, 0x0000_0002_0000_00B7,
                0x0000_0000_0000_0095, 0xFFFF_FFFF_0000_00B7, 0x0000_0000_0000_0095,
            ]
        )
    }

    @Test func severalJumpsMayGoToOnePlace() {
        var assembler = BPFAssembler()
        let end = assembler.label()
        assembler.jump(to: end, if: .equal, .r1, 1)
        assembler.jump(to: end)
        assembler.apply(.move, .r0, 7)
        assembler.place(end)
        assembler.exit()
        let offsets = assembler.program.map { Int16(truncatingIfNeeded: $0.rawValue >> 16) }
        #expect(offsets == [2, 1, 0, 0])
    }
}
