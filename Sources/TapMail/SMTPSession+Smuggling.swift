/// Commands that the server may have read in a message.
extension SMTPSession {
    /// Lines of a message that are looked at as commands.
    private static let readLines = 24

    /// The message that was accepted has something in it that looks like an end.
    ///
    /// If nothing waits for a reply, more replies will tell. If commands were sent behind the message, these replies may
    /// be theirs, or belong to what stands in the message: both are followed until one of them fits no more.
    mutating func suspectSmuggling(_ end: OddEnd?) {
        suspect = end
        guard let end, !end.tail.isEmpty, !queue.isEmpty, uncertain == nil else { return }
        if login != nil { endLogin(code: nil) }
        beginUncertainty(modes: [.command], behind: smuggled(in: end.tail))
        if case .held = clientMode { resume(.commands) }
        keepWithinLimits()
    }

    /// Tells the transaction whose message has something in it that looks like an end.
    ///
    /// - Parameter octets: Its octets if the server was seen to read on there; else it ended where it should.
    mutating func tellWithheld(octets: UInt64? = nil) {
        guard var open = takeWithheld() else { return }
        if let octets { open.value.dataOctets = octets }
        output.append(.transaction(open.told()))
    }

    /// As above, where the replies may be those to what stands in the message.
    mutating func tellWithheld(by dialogue: UncertainDialogue) {
        tellWithheld(octets: dialogue.isSmuggledRead ? suspect?.octets : nil)
    }

    /// What a server may read in the rest of a message; a hole where that is too much or not plain.
    func smuggled(in tail: [UInt8]) -> [UncertainDialogue.Item.Content] {
        var contents: [UncertainDialogue.Item.Content] = []
        var isBehindCRLF = false
        for line in tail.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
            let isCRLF = line.last == 0x0D
            let text = isCRLF ? line.dropLast() : line
            let command = SMTPCommand(text)
            guard contents.count < Self.readLines, command.verb != .bdat,
                !text.contains(where: { $0 == 0x0D || $0 == 0 })
            else { return [.hole] }
            if text.elementsEqual(".".utf8) {
                contents.append(.dot(isOdd: !isCRLF || !isBehindCRLF))
            } else if command.verb == nil {
                if case .words? = contents.last {
                    contents[contents.count - 1] = .words(isRun: true)
                } else {
                    contents.append(.words(isRun: false))
                }
            } else {
                let isShown = setup.configuration.reportsExchanges
                let shown = isShown ? Self.shown(command, login: nil) : nil
                let pending = PendingCommand(kind: kind(of: command), moment: now, shown: shown)
                contents.append(.command(pending))
            }
            isBehindCRLF = isCRLF
        }
        return contents
    }
}
