import TapFlow

/// Ending a session.
extension SMTPSession {
    /// Nothing more comes: tells what was pending, then the session.
    mutating func close(_ reason: CloseReason) {
        closing = reason
        releaseHead(of: .client)
        releaseHead(of: .server)
        endServer()
        if summary.serverOctets == 0, case .held = clientMode {
            // Only the client was heard: its words are told as far as they speak for themselves.
            hasServerGap = true
            decideWithoutReply()
        }
        closeDoubtfulChunk()
        if uncertain != nil { settleAll() }
        apply(queue.drain())
        if login != nil { endLogin(code: nil) }
        if let counter = message { closeMessage(counter) }
        tellWithheld()
        finishTransaction(.closed)
        summary.tls = tls?.facts
        if tls?.facts.isVersion2Hello == true { note(.version2Hello) }
        endInference()
        teach()
        if summary.gaps > 0, isHeardFromOneSide { summary.isOneSided = true }
        summary.reason = reason
        let isSession = recognition.isSession(
            tls,
            isMidstream: isMidstream,
            serverOctets: summary.serverOctets
        )
        if isSession || summary.transactions > 0 { output.append(.session(Shared(summary))) }
    }

    private mutating func closeMessage(_ counter: MessageCounter) {
        message = nil
        openTransaction(sent: now, encoding: .data)
        if counter.hasBegun {
            transaction?.value.dataOctets = counter.isSizeKnown ? counter.octets : nil
            transaction?.value.message = counter.header.facts
        }
        if let earlyReply { finishTransaction(.replied(earlyReply)) }
    }
}
