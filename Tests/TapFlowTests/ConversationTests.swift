import TapFlow
import TapTesting
import TapWire
import Testing

/// The log of what the reassembler makes of `frames`, the end of the input included.
func log(of frames: [OwnedFrame], limits: FlowLimits = FlowLimits()) -> EventLog {
    var reassembler = StreamReassembler(limits: limits)
    var log = EventLog()
    for frame in frames { reassembler.process(frame.frame, into: &log) }
    reassembler.finish(into: &log)
    return log
}

/// A short mail dialogue of which every test knows the octets.
func greeting() -> TCPConversation {
    var conversation = TCPConversation()
    conversation.open()
    conversation.send("220 mail.example\r\n", from: .b)
    conversation.send("QUIT\r\n", from: .a)
    conversation.send("221 bye\r\n", from: .b)
    return conversation
}

private func bytes(_ text: String, _ side: Side) -> EventLog.Entry {
    .bytes(Array(text.utf8), side)
}

@Suite("Connections from SYN to FIN")
struct ConversationTests {
    private let dialogue = [
        EventLog.Entry.opened,
        bytes("220 mail.example\r\n", .b),
        bytes("QUIT\r\n", .a),
        bytes("221 bye\r\n", .b),
    ]

    @Test("A connection is told in order and finished when both sides have sent FIN")
    func finished() {
        var conversation = greeting()
        conversation.close(by: .b)
        let log = log(of: conversation.frames)
        #expect(log.allEntries == dialogue + [.ended(.b), .ended(.a), .closed(.finished)])
    }
}
