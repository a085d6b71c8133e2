import CAllocations
import Glibc
import TapFlow
import TapObserve
import TapTesting
import TapWire

// Measures what the observer does under load, each in a process of its own, as memory is never given back.
// Usage: mail-load-benchmark foreign    frames that no observer wants: frames a second, allocations
//        mail-load-benchmark flows [N]  memory with 100,000 mail connections in the middle of their envelope
//        mail-load-benchmark midstream [N]  the same, none of which was seen to begin
//        mail-load-benchmark hoard [N]  memory with 20,000 clients that each send 32 KiB behind DATA, to servers that are silent
//        mail-load-benchmark flood      memory under 5,000,000 SYNs from as many addresses
//        mail-load-benchmark answered   the same, each answered with a SYN/ACK

/// The most memory that this process ever had, in octets.
func peakMemory() -> Int {
    var usage = rusage()
    // SAFETY: `usage` lives across the call, which fills it in.
    _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
}

/// What this thread has used of a core, in nanoseconds.
func usedNanoseconds() -> Double {
    var time = timespec()
    // SAFETY: `time` lives across the call, which fills it in.
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// Tells what `load` has come to, and how fast it was.
func report(_ name: String, _ load: Load, frames: Int, since start: Double, base: Int) {
    let rate = Double(frames) / (usedNanoseconds() - start) * 1e3
    let statistics = load.pipeline.statistics
    print(
        "\(name): \(frames) frames, \(Int(rate * 100) / 100).\(Int(rate * 100) % 100) million a second"
    )
    print("  peak memory \(peakMemory() >> 20) MiB, \(base >> 20) before the first frame")
    print(
        "  \(load.pipeline.flowCount) connections followed, \(statistics.flowsOpened) opened, \(statistics.flowsEvicted) evicted, \(statistics.attemptsEvicted) attempts forgotten, \(load.findingCount) findings"
    )
}

/// An envelope that is not whole.
let envelope = [
    ("220 mx.example ESMTP Postfix\r\n", Side.b), ("EHLO client.example\r\n", .a),
    ("250-mx.example\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250 CHUNKING\r\n", .b),
    ("MAIL FROM:<sender@client.example>\r\n", .a), ("250 2.1.0 Ok\r\n", .b),
    ("RCPT TO:<user@mx.example>\r\n", .a), ("250 2.1.5 Ok\r\n", .b), ("RCPT", .a),
]

/// What makes a session hold as much as it can.
let hoard = [
    ("220 mx.example ESMTP Postfix\r\n", Side.b), ("EHLO client.example\r\n", .a),
    ("250 mx.example\r\n", .b), ("DATA\r\n", .a),
    (String(repeating: "A line of a message that nobody has asked for.\r\n", count: 682), .a),
]

/// The handshake of a mail session for each of `count` clients, if it `isSeen`; then every further frame, once for each
/// client before the next one.
func mailFlows(_ count: Int, _ lines: [(String, Side)], isHandshakeSeen: Bool) {
    var conversation = TCPConversation()
    conversation.open()
    let handshake = conversation.frames.indices
    for (text, side) in lines { conversation.send(text, from: side) }
    var frames = conversation.frames
    let base = peakMemory()
    let start = usedNanoseconds()
    var load = Load()
    func send(_ indices: Range<Int>) {
        for number in 0..<count {
            for index in indices {
                let isSender = frames[index].metadata.ingress.rawValue == 0
                frames[index].setClient(number, isSender: isSender)
                load.take(&frames[index])
            }
        }
    }
    if isHandshakeSeen { send(handshake) }
    for index in handshake.upperBound..<frames.count { send(index..<index + 1) }
    report("mail connections", load, frames: count * frames.count, since: start, base: base)
    for (name, count) in load.pipeline.givenUp { print("  \(count) \(name)") }
}

/// SYNs from `count` addresses, answered or not.
func flood(_ count: Int, isAnswered: Bool) {
    var conversation = TCPConversation()
    conversation.open()
    var frames = Array(conversation.frames.prefix(isAnswered ? 2 : 1))
    let base = peakMemory()
    let start = usedNanoseconds()
    var load = Load()
    for number in 0..<count {
        for index in frames.indices {
            frames[index].setClient(number, isSender: index == 0)
            load.take(&frames[index])
        }
    }
    report("SYNs", load, frames: count * frames.count, since: start, base: base)
}

/// Frames of 1,000 connections that no observer wants, and UDP, in turn.
func foreign(_ count: Int, size: Int) {
    var settings = TCPConversation.Settings()
    settings.b.port = 443
    settings.acknowledgesAtOnce = false
    var conversation = TCPConversation(settings)
    conversation.open()
    conversation.send(
        [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] + [UInt8](repeating: 7, count: 506),
        from: .a
    )
    conversation.send(
        [0x16, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3] + [UInt8](repeating: 9, count: 1_400),
        from: .b
    )
    var load = Load()
    for var frame in conversation.frames {
        for number in 0..<1_000 {
            frame.setClient(number, isSender: frame.metadata.ingress.rawValue == 0)
            load.take(&frame)
        }
    }
    conversation.send([UInt8](repeating: 0x17, count: size), from: .b)
    guard var data = conversation.frames.last else { return }
    var datagram = OwnedFrame(
        octets: FrameBuilder().ip(
            .udp,
            from: settings.b.address,
            to: settings.a.address,
            [UInt8](repeating: 1, count: size)
        )
    )
    let base = peakMemory()
    let allocations = allocation_count()
    let start = usedNanoseconds()
    for turn in 0..<count / 1_250 {
        if turn > 0 { data.advanceNumber(by: size) }
        for number in 0..<1_000 {
            data.setClient(number, isSender: false)
            load.take(&data)
            if number.isMultiple(of: 4) { load.take(&datagram) }
        }
    }
    let allocated = allocation_count() - allocations
    report(
        "foreign frames of \(data.octets.count) octets",
        load,
        frames: count / 1_250 * 1_250,
        since: start,
        base: base
    )
    print("  \(allocated) allocations")
}

let count = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 100_000

switch CommandLine.arguments.dropFirst().first {
case "foreign":
    foreign(2_000_000, size: 10)
    foreign(2_000_000, size: 1_448)
case "flows": mailFlows(count, envelope, isHandshakeSeen: true)
case "midstream": mailFlows(count, envelope, isHandshakeSeen: false)
case "hoard": mailFlows(count / 5, hoard, isHandshakeSeen: true)
case "flood": flood(5_000_000, isAnswered: false)
case "answered": flood(5_000_000, isAnswered: true)
default:
    print(
        "usage: mail-load-benchmark foreign | flows [N] | midstream [N] | hoard [N] | flood | answered"
    )
    exit(2)
}
