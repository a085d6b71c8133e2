import Foundation
import TapRing
import TapTesting
import TapWire

// Fills rings and measures `hubtap dump` beside cp(1) and `tcpdump -r` on the same octets, in one run.
// Usage: dump-benchmark HUBTAP [FOLDER] [MIB]
// HUBTAP is the program to measure; FOLDER, /dev/shm unless given, takes ring and captures: five times
// MIB, 1024 unless given, must fit in. Each figure is the best of three.

let arguments = CommandLine.arguments.dropFirst()
guard let program = arguments.first else {
    fatalError("usage: dump-benchmark HUBTAP [FOLDER] [MIB]")
}
let hubtap = URL(filePath: program).absoluteURL.path
let folder = (arguments.dropFirst().first ?? "/dev/shm") + "/hubtap-dump-benchmark"
let size = (arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1024) << 20
let ring = folder + "/ring"

/// Fills the ring with frames of these lengths in turn, one in ten of them mail, a tenth of a millisecond apart.
func fill(_ lengths: [Int], byteCount: Int, end: Timestamp) throws -> Int {
    try? FileManager.default.removeItem(atPath: ring)
    var configuration = RingConfiguration(path: ring, byteCount: byteCount)
    configuration.replacesOther = true
    let ports = [RingPort(name: "eth0"), RingPort(name: "eth1")]
    var writer = try RingWriter(configuration, ports: ports, at: end)
    let frames = (0..<10).flatMap { number in
        lengths.map { length in
            let fields = SegmentFields(
                from: Endpoint(address: IPAddress(v4: 0xC000_0201), port: 40_000),
                to: Endpoint(address: IPAddress(v4: 0xC000_0219), port: number == 0 ? 25 : 443),
                sequenceNumber: 1,
                payload: Array(repeating: 0x2E, count: length - 54)
            )
            return FrameBuilder().tcp(fields)
        }
    }
    // A little more than fits, so that it is full.
    let average = lengths.reduce(0, +) / lengths.count + 28
    let count = byteCount / average * 11 / 10
    for number in 0..<count {
        let octets = frames[number % frames.count]
        let metadata = FrameMetadata(
            arrival: Timestamp(nanoseconds: end.nanoseconds - Int64(count - number) * 100_000),
            sequence: 0,
            wireLength: UInt32(octets.count),
            ingress: PortIndex(rawValue: UInt8(number & 1))
        )
        _ = writer.mirror(Frame(octets.span, metadata), restoring: nil)
    }
    return count
}

/// Starts a command of sh; its standard output can be read.
func start(_ command: String) throws -> (process: Process, output: FileHandle) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "cd \(folder); exec " + command]
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    return (process, pipe.fileHandleForReading)
}

/// How long a command takes from its start to its end: the best of three, in seconds.
func time(_ command: String, removing file: String) throws -> Double {
    var best = Double.infinity
    for _ in 0..<3 {
        try? FileManager.default.removeItem(atPath: folder + "/" + file)
        let began = ContinuousClock.now
        // The end of its output shows its end at once; waitUntilExit alone looks every 50 ms.
        let (process, output) = try start(command)
        _ = try output.readToEnd()
        let end = ContinuousClock.now
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { fatalError("\(command) failed") }
        best = min(best, (end - began) / .seconds(1))
    }
    return best
}

/// How long it takes from the start of a command to its first octets: the best of three, in seconds.
func timeToFirstOctet(_ command: String) throws -> Double {
    var best = Double.infinity
    for _ in 0..<3 {
        let began = ContinuousClock.now
        let (process, output) = try start(command)
        let octets = output.availableData
        guard octets.count > 1_000 else { fatalError("\(command) gave no frames") }
        best = min(best, (ContinuousClock.now - began) / .seconds(1))
        // What is left would have to be read.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
    return best
}

func octets(of file: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + file)
    return attributes[.size] as? Int ?? 0
}

/// Prints a line at once, also into a pipe.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

func tell(_ words: String, _ seconds: Double, _ rest: String = "") {
    say(words + ": \(Double(Int(seconds * 10_000)) / 10) ms" + rest)
}

func ratio(_ one: Double, _ other: Double) -> String { "\(Double(Int(one / other * 100)) / 100)" }

func compare(_ name: String, _ lengths: [Int]) throws {
    let now = Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970) * 1_000_000_000)
    _ = try fill(lengths, byteCount: size, end: now)
    say("\(name), a full ring of \(size >> 20) MiB")
    for format in ["pcapng", "pcap"] {
        let dump = try time(
            "\(hubtap) dump --ring ring -w all.\(format)",
            removing: "all.\(format)"
        )
        let copy = try time("cp all.\(format) copy", removing: "copy")
        try? FileManager.default.removeItem(atPath: folder + "/copy")
        tell("  dump to \(format)", dump, ", \(try octets(of: "all.\(format)")) octets")
        tell("  cp of it", copy, ", dump takes \(ratio(dump, copy)) of it")
    }
    let dump = try time("\(hubtap) dump --ring ring -w some.pcap port 25", removing: "some.pcap")
    let found = try octets(of: "some.pcap")
    let tcpdump = try time(
        "tcpdump -Z root -r all.pcap -w some.pcap port 25",
        removing: "some.pcap"
    )
    guard try octets(of: "some.pcap") == found else { fatalError("tcpdump finds other frames") }
    tell("  dump port 25", dump, ", \(found) octets")
    tell("  tcpdump -r of the same", tcpdump, ", dump is \(ratio(tcpdump, dump)) times as fast")
    for file in ["all.pcapng", "all.pcap", "some.pcap"] {
        try? FileManager.default.removeItem(atPath: folder + "/" + file)
    }
}

try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }
try compare("64 octets", [64])
try compare("1514 octets", [1_514])
try compare("mixed, 64 to 1514 octets", [64, 64, 64, 590, 1_514, 1_514, 1_514])
let end = Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970) * 1_000_000_000)
_ = try fill([64, 1_514], byteCount: 4 * size, end: end)
tell(
    "the last 60 s out of \(4 * size >> 20) MiB: first octets after",
    try timeToFirstOctet("\(hubtap) dump --ring ring -w - --last 60s")
)
tell("hubtap --version", try time("\(hubtap) --version", removing: "nothing"))
