import SystemPackage
import TapCapture
import TapWire

// Measures writing and reading capture files, and filters, on one core. Each figure is the best of
// twenty short runs, so that other load on the machine shows as little as it can.
// Usage: capture-benchmark [FILE], where FILE is made, and left to be looked at with other tools

let path = FilePath(CommandLine.arguments.dropFirst().first ?? "/dev/shm/hubtap-benchmark.pcapng")
let frameCount = 100_000

/// How long `body` takes for each frame, in nanoseconds: the best of twenty runs.
func best(_ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<20 {
        let (seconds, attoseconds) = try ContinuousClock().measure(body).components
        best = min(best, (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(frameCount))
    }
    return best
}

/// Takes octets and drops them, so that the encoder's own work shows.
struct NoSink: OctetSink {
    mutating func write(_ octets: Span<UInt8>) -> Int { octets.count }
    mutating func takeBack(octetCount: Int) -> Bool { false }
}

func report(_ name: String, _ nanoseconds: Double) {
    let tenths = Int((nanoseconds * 10).rounded())
    print(name + ": \(tenths / 10).\(tenths % 10) ns a frame")
}

/// An Ethernet frame of `length` octets with IPv4 and TCP to port 25, behind a tag if asked for.
func mailFrame(_ length: Int, isTagged: Bool = false) -> [UInt8] {
    var octets: [UInt8] = [2, 0, 0, 0, 0, 0x19, 2, 0, 0, 0, 0, 1]
    if isTagged { octets += [0x81, 0, 0, 5] }
    octets += [8, 0, 0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 25]
    octets += [0x9C, 0x40, 0, 25, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 0x20, 0, 0, 0, 0, 0]
    return octets + Array(repeating: 0x2E, count: length - octets.count)
}

func writeAll(
    _ octets: [UInt8],
    to writer: consuming some FrameWriter & ~Copyable
) throws(CaptureError) {
    for number in 0..<frameCount {
        let metadata = FrameMetadata(
            arrival: Timestamp(nanoseconds: Int64(number)),
            sequence: UInt64(number),
            wireLength: UInt32(octets.count),
            ingress: PortIndex(rawValue: 0)
        )
        try writer.write(Frame(octets.span, metadata), dropped: 0, comment: nil)
    }
    try writer.finish(statistics: [])
}

func readAll() throws(CaptureError) {
    var reader = try CaptureReader(FileSource(opening: path))
    var count = 0
    while try reader.advance() {
        if reader.frame.isWhole { count += 1 }
    }
    precondition(count == frameCount)
}

func measureFiles(_ length: Int) throws {
    let octets = mailFrame(length)
    let ports = [CaptureInterface(name: "eth0"), CaptureInterface(name: "eth1")]
    report(
        "write pcap \(length)",
        try best { try writeAll(octets, to: PcapWriter(to: FileSink(creating: path))) }
    )
    report("read pcap \(length)", try best(readAll))
    report(
        "write pcapng \(length)",
        try best {
            let sink = try FileSink(creating: path)
            let section = CaptureSection(application: "capture-benchmark")
            try writeAll(octets, to: PcapngWriter(to: sink, section: section, interfaces: ports))
        }
    )
    report("read pcapng \(length)", try best(readAll))
    report(
        "write pcapng \(length), to nowhere",
        try best {
            let section = CaptureSection(application: "capture-benchmark")
            try writeAll(
                octets,
                to: PcapngWriter(to: NoSink(), section: section, interfaces: ports)
            )
        }
    )
}

func measureFilter(_ expression: String) throws {
    let filter = try CaptureFilter(expression)
    for isTagged in [false, true] {
        let octets = mailFrame(64, isTagged: isTagged)
        var count = 0
        let time = best {
            for _ in 0..<frameCount where filter.matches(octets.span, wireLength: 64) { count += 1 }
        }
        report("\(expression), \(isTagged ? "tagged" : "untagged"), \(count > 0)", time)
    }
}

do {
    for length in [64, 1514] { try measureFiles(length) }
    for expression in ["port 25", "tcp port 80", "host 192.0.2.25 and tcp[13] & 2 != 0"] {
        try measureFilter(expression)
    }
} catch {
    print(error)
}
