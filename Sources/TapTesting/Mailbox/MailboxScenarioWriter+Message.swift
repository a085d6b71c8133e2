/// What is read and put into mailboxes.
extension MailboxScenarioWriter {
    /// The lines of a message, among them some that look like something of the protocol.
    mutating func messageLines() -> [String] {
        var lines = ["Subject: \(name("subject"))", ""]
        for _ in 0..<upTo(12) { lines.append(messageLine()) }
        return lines
    }

    private mutating func messageLine() -> String {
        switch upTo(14) {
        case 0: "+OK \(upTo(9)) octets"
        case 1: "-ERR no such message"
        case 2: "."
        case 3: ".dotted"
        case 4: "+ go on"
        case 5: "PASS mallory"
        case 6: "RETR \(upTo(9) + 1)"
        case 7: "* \(upTo(9) + 1) EXPUNGE"
        case 8: "a\(upTo(20)) OK not this one"
        case 9: "a\(upTo(20)) LOGIN mallory swordfish"
        case 10: ""
        case 11: "* 1 FETCH (BODY[] {\(upTo(400))}"
        default: String(repeating: "text ", count: upTo(20) + 1)
        }
    }
}
