import CAllocations
import Glibc
import TapRing
import TapWire

// Measures the mirror ring against a plain copy of the same octets, on one core. Each figure is the
// time of a core used, best of forty short runs: other load on the machine still costs cache and memory.
// Usage: ring-benchmark [RING-SIZE-IN-MIB]

let mebibytes = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 256
let byteCount = mebibytes << 20
let path = "/dev/shm/hubtap-benchmark-\(getpid())"
let frameCount = 200_000
let source = (0..<2048).map { UInt8(truncatingIfNeeded: $0 &* 7) }
let ports = [RingPort(name: "eth0"), RingPort(name: "eth1")]

/// What this thread has used of a core, so that other load on the machine is not counted.
func usedNanoseconds() -> Double {
    var time = timespec()
    // SAFETY: `time` lives across the call, which fills it in.
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// Nanoseconds of a core that `body` takes for each of `count` frames: the best of forty runs.
func best(
    _ count: Int,
    of runs: Int = 40,
    _ body: () throws -> Void
) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<runs {
        let start = usedNanoseconds()
        try body()
        best = min(best, (usedNanoseconds() - start) / Double(count))
    }
    return best
}

/// How often `body`, which handles so many frames, asks for memory.
func reportAllocations(
    _ name: String,
    of frames: Int,
    _ body: () throws -> Void
) rethrows {
    let before = allocation_count()
    try body()
    let count = allocation_count() - before
    print("allocations of \(name), \(frames) frames: \(count)")
}

func report(_ name: String, _ value: Double, _ unit: String) {
    let tenths = Int((value * 10).rounded())
    print(name + ": \(tenths / 10).\(tenths % 10) " + unit)
}

/// Copies the octets of frames, one behind the other, into memory as large as the ring.
@safe struct PlainCopy {
    let target: UnsafeMutableRawBufferPointer
    var offset = 0

    mutating func run(_ length: Int) {
        let stride = (24 + length + 7) & ~7
        // SAFETY: offset + stride never leaves the target, from + length never the source.
        unsafe source.withUnsafeBytes { octets in
            for number in 0..<frameCount {
                if unsafe offset + stride > target.count { offset = 0 }
                let from = number & 31
                let part = unsafe UnsafeRawBufferPointer(rebasing: octets[from..<from + length])
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + length])
                    .copyMemory(from: part)
                offset += stride
            }
        }
    }
}

func mirror(_ length: Int, into writer: inout RingWriter) {
    for number in 0..<frameCount {
        let from = number & 31
        let metadata = FrameMetadata(
            arrival: Timestamp(nanoseconds: Int64(number)),
            sequence: 0,
            wireLength: UInt32(length),
            ingress: PortIndex(rawValue: UInt8(number & 1))
        )
        let frame = Frame(source.span.extracting(from..<from + length), metadata)
        guard writer.mirror(frame, restoring: nil) == nil else {
            fatalError("a frame was not held")
        }
    }
}

func readAll(_ reader: inout RingReader, peeking: Bool) throws -> Int {
    try reader.seek(to: .oldest)
    var count = 0
    if peeking {
        let before = reader.passedCount
        while try reader.next(where: { $0.bytes[12] == 0xFF && $0.bytes[13] == 0xFE }) != nil {}
        count = Int(reader.passedCount - before)
    } else {
        while let entry = try reader.next() {
            if case .frame = entry { count += 1 }
        }
    }
    return count
}

func measure(_ length: Int, _ plain: inout PlainCopy) throws {
    let clock = ContinuousClock()
    let began = clock.now
    var writer = try RingWriter(
        RingConfiguration(path: path, byteCount: byteCount),
        ports: ports,
        at: Timestamp(nanoseconds: 0)
    )
    if writer.isContinued == false { print("creating \(mebibytes) MiB: \(clock.now - began)") }
    // Turn and turn about, so that what else runs on the machine does the same to both.
    var (copied, mirrored) = (Double.infinity, Double.infinity)
    for _ in 0..<8 {
        copied = min(copied, best(frameCount, of: 5) { plain.run(length) })
        mirrored = min(mirrored, best(frameCount, of: 5) { mirror(length, into: &writer) })
    }
    reportAllocations("mirror", of: 1_000_000) {
        for _ in 0..<5 { mirror(length, into: &writer) }
    }
    report("memcpy \(length)", copied, "ns a frame")
    report("mirror \(length)", mirrored, "ns a frame")
    report("mirror / memcpy \(length)", mirrored / copied, "")
    var reader = try RingReader(path: path)
    let held = try readAll(&reader, peeking: false)
    try reportAllocations("next", of: held) { _ = try readAll(&reader, peeking: false) }
    let read = try best(held) { _ = try readAll(&reader, peeking: false) }
    let peeked = try best(held) { _ = try readAll(&reader, peeking: true) }
    report("next \(length)", 1000 / read, "million frames a second")
    report("look at \(length)", 1000 / peeked, "million frames a second")
    let found = try best(1) {
        try reader.seek(to: .time(Timestamp(nanoseconds: Int64(frameCount - 1000))))
    }
    report("seek to a time", found / 1000, "microseconds")
}

let flags = MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE
// SAFETY: a new mapping at an address of the kernel's choice; it is kept to the end of the process.
let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
var plain = unsafe PlainCopy(
    target: UnsafeMutableRawBufferPointer(start: address, count: byteCount)
)
do {
    for length in [64, 512, 1514] { try measure(length, &plain) }
} catch {
    print(error)
}
// SAFETY: the name lives across the call, which only reads it.
_ = unsafe unlink(path)
