import TapFlow
import TapTesting
import TapWire

/// Conversations that overlap in time, some of them without an end, with pauses that let flows expire.
func overlappingConversations(seed: UInt64) -> [OwnedFrame] {
    var random = SplitMix64(seed: seed)
    var frames: [OwnedFrame] = []
    for number in 0..<8 {
        var settings = TCPConversation.Settings()
        settings.a.port = UInt16(50_000 + number % 6)
        settings.initialNumberA = UInt32(truncatingIfNeeded: random.next())
        settings.initialNumberB = UInt32(truncatingIfNeeded: random.next())
        settings.start = settings.start.advanced(
            by: .seconds(Int.random(in: 0...900, using: &random))
        )
        settings.interval = .milliseconds(Int.random(in: 1...40_000, using: &random))
        var conversation = TCPConversation(settings)
        if !number.isMultiple(of: 4) { conversation.open() }
        conversation.send(number.isMultiple(of: 3) ? "SSH\r\n" : "220 \(number)\r\n", from: .b)
        for line in 0..<Int.random(in: 0...5, using: &random) {
            conversation.send(
                "line \(line) of \(number)\r\n",
                from: Bool.random(using: &random) ? .a : .b
            )
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: conversation.close(by: .a)
        case 1: conversation.close(by: .b)
        case 2: conversation.reset(from: .a)
        default: break
        }
        frames += conversation.frames
    }
    frames.sort { $0.metadata.arrival < $1.metadata.arrival }
    for index in frames.indices { frames[index].metadata.sequence = UInt64(index) }
    return frames
}
