import TapFlow

/// What a reply means for a reading.
extension DialogueReading {
    /// The replies that the next command may get.
    func options(with lengths: ReplyLengths) -> [ReplyOption] {
        guard let step = facts.pending.first else { return [] }
        let source = Source(reading: self, step: step, lengths: lengths)
        switch step {
        case .greeting: return source.both(.greeting, yes: 0.97)
        case .hello:
            return lengths.hellos(share: 0.97)
                + source.options(.hello, .refused, share: 0.03)
        case .mail: return source.both(.mail, yes: 0.94)
        case .recipient: return source.both(.recipient, yes: 0.75)
        case .data: return source.both(.data, yes: canHaveData ? 0.97 : 0.01)
        case .message: return source.both(.message, yes: 0.9)
        case .chunk:
            guard canHaveData else {
                return source.options(.data, .refused, share: 0.98)
                    + source.options(.lastChunk, .accepted, share: 0.02)
            }
            return source.both(.lastChunk, yes: 0.9, of: 0.75)
                + source.options(.chunk, .partly, share: 0.25)
        case .reset: return source.both(.reset, yes: 0.99)
        case .quit: return source.both(.quit, yes: 0.995)
        case .login(let isWhole):
            switch isWhole {
            case true?: return source.both(.login, yes: 0.7)
            case false?:
                return source.options(.challenge, .challenged, share: 0.96)
                    + source.options(.login, .refused, share: 0.04)
            case nil:
                return source.options(.challenge, .challenged, share: 0.6)
                    + source.both(.login, yes: 0.6, of: 0.4)
            }
        case .loginAnswer:
            return source.options(.challenge, .challenged, share: 0.4)
                + source.both(.login, yes: 0.7, of: 0.6)
        case .other: return source.both(.other, yes: 0.6)
        }
    }

    private var canHaveData: Bool { (facts.transaction?.acceptedRecipients ?? 0) > 0 }

    /// What the lengths of the replies to a command depend on.
    private struct Source {
        let reading: DialogueReading
        let step: DialogueStep
        let lengths: ReplyLengths

        func both(_ subject: ReplyClass.Subject, yes: Double, of whole: Double = 1) -> [ReplyOption]
        {
            options(subject, .accepted, share: yes * whole)
                + options(subject, .refused, share: (1 - yes) * whole)
        }

        func options(
            _ subject: ReplyClass.Subject,
            _ verdict: Verdict,
            share: Double
        ) -> [ReplyOption] {
            let type = ReplyClass(subject, isPositive: verdict != .refused)
            return lengths.options(
                type,
                verdict,
                of: reading.facts.family,
                share: share,
                part: octets
            )
        }

        /// The digits of the size of a chunk that has so many octets together with its command.
        private static func digits(of octets: Int) -> Int {
            var digits = 1
            var rest = (octets &- 12) / 10
            while rest > 0 {
                digits &+= 1
                rest /= 10
            }
            return digits
        }

        private func octets(_ part: ReplyLength.Part) -> OctetRange {
            let clear = lengths.clear
            switch part {
            case .recipient:
                guard case .recipient(let address) = step else { return OctetRange(5, 64) }
                return address
            case .sender:
                if case .mail(let sender, _) = step { return sender }
                return reading.facts.sender
            case .client: return clear.clientName.map { OctetRange($0) } ?? OctetRange(4, 50)
            case .server:
                let known = clear.serverName ?? lengths.server.serverName
                return known.map { OctetRange($0) } ?? OctetRange(6, 45)
            case .size:
                guard case .chunk(let octets) = step else { return OctetRange(1, 8) }
                return OctetRange(Self.digits(of: octets.low), Self.digits(of: octets.high))
            case .session: return clear.session.map { OctetRange($0) } ?? OctetRange(14, 60)
            }
        }
    }

    /// The reading once the next command has got a reply that says so; its weight stays.
    func settled(_ verdict: Verdict, at moment: Moment) -> DialogueReading {
        var copy = self
        guard !copy.facts.pending.isEmpty else { return copy }
        let step = copy.facts.pending.removeFirst()
        copy.settle(step, verdict, at: moment)
        return copy
    }

    private mutating func settle(_ step: DialogueStep, _ verdict: Verdict, at moment: Moment) {
        let isAccepted = verdict == .accepted
        switch step {
        case .greeting, .other: break
        case .hello:
            guard isAccepted else { return }
            finish(.reset)
            facts.stage = .ready
            facts.isReplyOpen = true
        case .mail(let sender, let began): settleMail(sender, began, isAccepted)
        case .recipient: settleRecipient(isAccepted, at: moment)
        case .data: if isAccepted { beginText(at: moment) }
        case .message(let octets): settleMessage(octets, .data, isAccepted, at: moment)
        case .chunk(let octets): settleChunk(octets, verdict, at: moment)
        case .reset:
            guard isAccepted else { return }
            finish(.reset)
            facts.stage = .ready
        case .quit:
            finish(.aborted)
            facts.stage = .ended
            facts.tally.hasQuit = true
        case .login, .loginAnswer: settleLogin(verdict)
        }
    }

    private mutating func settleMail(_ sender: OctetRange, _ began: Moment, _ isAccepted: Bool) {
        // A second MAIL is refused and changes nothing.
        if facts.transaction != nil, !isAccepted { return }
        finish(.reset)
        facts.sender = sender
        withTransaction(at: began) { $0.isSenderAccepted = isAccepted }
        if isAccepted {
            facts.stage = .sender
        } else {
            finish(.rejected)
            facts.stage = .ready
        }
    }

    private mutating func settleRecipient(_ isAccepted: Bool, at moment: Moment) {
        // Behind a refused MAIL in the same record: refused as well, and no transaction of its own.
        guard facts.transaction != nil else { return }
        withTransaction(at: moment) {
            if isAccepted { $0.acceptedRecipients &+= 1 } else { $0.refusedRecipients &+= 1 }
        }
        let hasRecipient = (facts.transaction?.acceptedRecipients ?? 0) > 0
        facts.stage = hasRecipient ? .recipients : .refused
    }

    private mutating func beginText(at moment: Moment) {
        withTransaction(at: moment) {
            $0.hasData = true
            $0.encoding = .data
        }
        facts.stage = .text
        facts.text = OctetRange(0)
        facts.lastText = OctetRange(0)
        facts.textRecords = 0
    }

    private mutating func settleMessage(
        _ octets: OctetRange,
        _ encoding: SMTPEncoding,
        _ isAccepted: Bool,
        at moment: Moment
    ) {
        withTransaction(at: moment) {
            $0.hasData = true
            $0.encoding = encoding
            $0.messageOctets = octets
        }
        finish(isAccepted ? .accepted : .rejected)
        facts.stage = .ready
    }

    private mutating func settleChunk(_ octets: OctetRange, _ verdict: Verdict, at moment: Moment) {
        let isLast = verdict != .partly
        let sum = facts.text + Self.chunk(in: octets, isLast: isLast)
        guard isLast else {
            facts.text = sum
            withTransaction(at: moment) {
                $0.hasData = true
                $0.encoding = .bdat
                $0.messageOctets = sum
            }
            facts.stage = .recipients
            return
        }
        settleMessage(sum, .bdat, verdict == .accepted, at: moment)
    }

    /// Octets of the chunk behind `BDAT n` or `BDAT n LAST` where both have `octets` together.
    static func chunk(in octets: OctetRange, isLast: Bool) -> OctetRange {
        let words = isLast ? 12 : 7
        func size(_ total: Int) -> Int {
            var digits = 1
            var power = 10
            while digits < 18, total &- words &- digits >= power {
                digits &+= 1
                power &*= 10
            }
            return total &- words &- digits
        }
        return OctetRange(size(octets.low), size(octets.high))
    }

    private mutating func settleLogin(_ verdict: Verdict) {
        switch verdict {
        case .challenged: facts.stage = .challenged
        case .accepted, .partly:
            facts.tally.login = .accepted
            facts.stage = .ready
        case .refused:
            if facts.tally.login != .accepted { facts.tally.login = .failed }
            facts.tally.failedLogins &+= 1
            facts.stage = .ready
        }
    }
}
