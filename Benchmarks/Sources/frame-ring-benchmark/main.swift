import Glibc
import SystemPackage
import TapLinux
import TapRing
import TapWire

// Measures the way of a frame's copy from the kernel's buffer into the mirror ring: what a program in the kernel takes to
// write it, what it takes to find it, and to find and mirror it. Needs root: it loads a program, and attaches none.

let frameCount = 8_000
let path = "/dev/shm/hubtap-benchmark-\(getpid())"

/// A program that copies frames of one length into the buffer, with as much of a header as readers want.
func copier(of length: Int, into buffer: borrowing BPFFrameRing) throws -> BPFProgram {
    var assembler = BPFAssembler()
    let end = assembler.label()
    assembler.apply(.move, .r6, .r1)
    assembler.address(ofMap: buffer.descriptor, .r1)
    assembler.apply(.move, .r2, Int32(length + CaptureHeader.byteCount))
    assembler.apply(.move, .r3, 0)
    assembler.call(.reserveRecord)
    assembler.jump(to: end, if: .equal, .r0, 0)
    assembler.apply(.move, .r8, .r0)
    assembler.apply(.move, .r1, .r6)
    assembler.apply(.move, .r2, 0)
    assembler.apply(.move, .r3, .r8)
    assembler.apply(.add, .r3, Int32(CaptureHeader.byteCount))
    assembler.apply(.move, .r4, Int32(length))
    assembler.call(.loadFrame)
    assembler.call(.monotonicTime)
    assembler.store(.doubleWord, .r0, to: .r8, CaptureHeader.time)
    assembler.store(.word, Int32(length), to: .r8, CaptureHeader.length)
    assembler.store(.word, Int32(length), to: .r8, CaptureHeader.captured)
    assembler.store(.doubleWord, 0, to: .r8, CaptureHeader.tag)
    assembler.apply(.move, .r1, .r8)
    assembler.apply(.move, .r2, 0)
    assembler.call(.submitRecord)
    assembler.place(end)
    assembler.exit(2)
    return try BPFProgram(name: "hubtap_bench", assembler.program)
}

/// Takes every frame out; with a writer, mirrors it.
func drain(_ buffer: inout BPFFrameRing, into writer: inout RingWriter, mirrors: Bool) -> Int {
    var octets = 0
    // SAFETY: a frame is looked at before its room is given back.
    while let frame = unsafe buffer.next() {
        octets &+= unsafe frame.octets.count
        guard mirrors else { continue }
        let bytes = unsafe Span(_unsafeElements: frame.octets)
        let metadata = unsafe FrameMetadata(
            arrival: Timestamp(nanoseconds: frame.monotonicNanoseconds),
            sequence: 0,
            wireLength: frame.length,
            ingress: PortIndex(rawValue: 0)
        )
        _ = writer.mirror(Frame(bytes, metadata), restoring: nil)
    }
    buffer.release()
    return octets
}

var writer = try RingWriter(
    RingConfiguration(path: path, byteCount: 256 << 20),
    ports: [RingPort(name: "eth0")],
    at: FileMappingClock.now()
)
// SAFETY: the name lives across the call, which only reads it.
_ = unsafe unlink(path)
for length in [64, 1514] {
    var buffer = try BPFFrameRing(byteCount: 16 << 20, name: "hubtap_bench")
    let program = try copier(of: length, into: buffer)
    let frame = [UInt8](repeating: 2, count: length)
    var best = Int.max
    for _ in 0..<20 {
        best = min(best, try program.trial(on: frame, times: frameCount).nanoseconds)
        _ = drain(&buffer, into: &writer, mirrors: false)
    }
    print("\(length) octets: written by the kernel in \(best) ns")
    for mirrors in [false, true] {
        let name = "\(length) octets: found" + (mirrors ? " and mirrored" : "")
        var used = Int.max
        for _ in 0..<20 {
            _ = try program.trial(on: frame, times: frameCount)
            let start = clock()
            guard drain(&buffer, into: &writer, mirrors: mirrors) == frameCount * length else {
                fatalError("the buffer lost frames")
            }
            used = min(used, clock() - start)
        }
        print("\(name) in \(used * (1_000_000_000 / Int(CLOCKS_PER_SEC)) / frameCount) ns")
    }
}
