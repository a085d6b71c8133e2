import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapTesting
import TapWire

/// The pipeline of `hubtap observe`, and the frames that are put through it.
struct Load {
    /// The observers of the program, with their rules.
    let pipeline = Pipeline(
        Analyzer(SMTPObserver(), judge: RelayBench(configuration: RelayConfiguration()).smtp),
        Analyzer(POP3Observer()),
        Analyzer(IMAPObserver())
    )
    private var findings: [Finding] = []
    private var sequence: UInt64 = 0
    private var time = Timestamp(nanoseconds: 1_795_435_200_000_000_000)
    /// How many events and alerts came of it.
    private(set) var findingCount = 0

    /// Takes `frame` with the next number, a microsecond after the one before.
    mutating func take(_ frame: inout OwnedFrame) {
        time = Timestamp(nanoseconds: time.nanoseconds &+ 1_000)
        frame.metadata.arrival = time
        frame.metadata.sequence = sequence
        sequence &+= 1
        pipeline.process(frame.frame, into: &findings)
        guard !findings.isEmpty else { return }
        findingCount += findings.count
        findings.removeAll(keepingCapacity: true)
    }
}

extension OwnedFrame {
    /// Gives the client of an IPv4 frame without tags the address 10.x.y.z, where x.y.z is `number`.
    mutating func setClient(_ number: Int, isSender: Bool) {
        let offset = isSender ? 26 : 30
        octets[offset] = 10
        octets[offset + 1] = UInt8(truncatingIfNeeded: number >> 16)
        octets[offset + 2] = UInt8(truncatingIfNeeded: number >> 8)
        octets[offset + 3] = UInt8(truncatingIfNeeded: number)
    }

    /// Moves the sequence number of a TCP segment in an IPv4 frame without tags on.
    mutating func advanceNumber(by count: Int) {
        var number: UInt32 = 0
        for offset in 38..<42 { number = number << 8 | UInt32(octets[offset]) }
        number &+= UInt32(truncatingIfNeeded: count)
        for offset in 38..<42 {
            octets[offset] = UInt8(truncatingIfNeeded: number >> UInt32((41 - offset) * 8))
        }
    }
}
