import TapTesting
import TapWire

/// Frames of mail sessions that go on beside each other.
///
/// One session in eight is in a VLAN, one in eight is IPv6, and one frame in a hundred is sent twice.
struct MailTraffic {
    private var generator: SplitMix64
    private var running: [ArraySlice<OwnedFrame>] = []
    private var repeated: OwnedFrame?
    private var time = Timestamp(nanoseconds: 1_795_435_200_000_000_000)
    /// How many sessions were begun.
    private(set) var sessionCount = 0

    /// Begins with `sessionsAtATime` sessions.
    init(seed: UInt64, sessionsAtATime: Int) {
        generator = SplitMix64(seed: seed)
        for _ in 0..<max(1, sessionsAtATime) { running.append(nextSession()) }
    }

    /// The next frame; a session that has ended makes room for another.
    mutating func next() -> OwnedFrame {
        if let frame = takeRepeated() { return frame }
        let index = Int.random(in: running.indices, using: &generator)
        if running[index].isEmpty { running[index] = nextSession() }
        return timed(running[index].removeFirst())
    }

    /// The next frame of the sessions that are under way; nil when all have ended.
    mutating func nextOfRest() -> OwnedFrame? {
        if let frame = takeRepeated() { return frame }
        running.removeAll(where: \.isEmpty)
        guard let index = running.indices.randomElement(using: &generator) else { return nil }
        return timed(running[index].removeFirst())
    }

    private mutating func takeRepeated() -> OwnedFrame? {
        defer { repeated = nil }
        return repeated.map { stamped($0) }
    }

    private mutating func timed(_ frame: OwnedFrame) -> OwnedFrame {
        let frame = stamped(frame)
        if Int.random(in: 0..<100, using: &generator) == 0 { repeated = frame }
        return frame
    }

    private mutating func stamped(_ frame: OwnedFrame) -> OwnedFrame {
        var frame = frame
        time = time.advanced(by: .microseconds(10))
        frame.metadata.arrival = time
        return frame
    }

    private mutating func nextSession() -> ArraySlice<OwnedFrame> {
        sessionCount += 1
        var settings = TCPConversation.Settings()
        settings.segmentSize = 1_448
        let number = UInt32(sessionCount)
        settings.a.port = UInt16(1_024 + number % 60_000)
        settings.initialNumberA = UInt32.random(in: .min ... .max, using: &generator)
        settings.initialNumberB = UInt32.random(in: .min ... .max, using: &generator)
        if sessionCount % 8 == 3 { settings.vlans = [UInt16(100 + number % 4)] }
        if sessionCount % 8 == 5 {
            settings.a.address = IPAddress(v6High: 0x2001_0DB8_0000_0000, low: UInt64(number))
            settings.b.address = IPAddress(v6High: 0x2001_0DB8_0000_0001, low: 25)
        } else {
            settings.a.address = IPAddress(v4: 0x0A00_0000 + number & 0xFF_FFFF)
        }
        var session = MailSession(number: sessionCount, settings: settings)
        session.talk(using: &generator)
        return session.frames[...]
    }
}
