public import TapFlow

/// Tells from the lengths of an encrypted mail session's records what was said.
///
/// Theory of operation. A beam search over readings (`DialogueReading`): every record of the client is read as each command
/// that may stand there and may be so long, every record of the server as each reply, or replies, that these commands may
/// get. What makes a reading likely is what clients do next, and how well the lengths fit the texts of the server's
/// family (`ReplyTexts`), those that were heard from it in the clear (`ServerLengths`), and replies in general. A refusal
/// that names the recipient is as long as the client's own RCPT lets expect. Readings that say the same are added up; the
/// best are kept. What is told is what the best reading says; its confidence is the share of all readings that agree, less
/// where texts had to be taken for unknown ones.
///
/// Limits: one record takes at most `workPerRecord` steps, a session at most `maximumWork`, with
/// the readings weighed `maximumEffort`; beyond, nothing more is told.
public struct InferredDialogue: Sendable {
    /// Readings that are followed at once.
    static let width = 48
    /// Replies tried for one record.
    static let workPerRecord = 40_000
    /// Replies tried in one session.
    static let maximumWork = 400_000
    /// Replies tried and readings weighed in one session.
    static let maximumEffort = 4_000_000
    /// Transactions a reading may hold before the first is told.
    static let heldTransactions = 2

    private let lengths: ReplyLengths
    private var readings: [DialogueReading] = []
    private var work = InferredDialogue.maximumWork
    /// Replies and readings looked at so far.
    private(set) var effort = 0
    private var told: [InferredTransaction] = []
    /// Octets of a side were lost, or a record made no sense at all.
    private var doubt = 1.0
    private var hasRecords = false

    /// Begins where TLS is established.
    public init(after clear: ClearFacts, server: ServerLengths = ServerLengths()) {
        lengths = ReplyLengths(clear: clear, server: server)
        let hint = clear.family ?? server.family
        readings = ReplyFamily.priors(hint: hint).map { family, weight in
            var facts = DialogueReading.Facts(family: family)
            if clear.isImplicit { facts.pending = [.greeting] }
            return DialogueReading(facts: facts, weight: weight)
        }
    }

    /// Takes a record of the client with so many octets of plain text.
    public mutating func takeClient(_ octets: OctetRange, at moment: Moment) {
        guard octets.high > 0, isWithinLimits else { return }
        hasRecords = true
        var beam = ReadingBeam()
        for reading in readings {
            reading.said(octets, at: moment, after: lengths.clear, to: &beam)
        }
        effort &+= beam.work &+ readings.count
        keep(beam)
    }

    /// Takes a record of the server with so many octets of plain text.
    public mutating func takeServer(_ octets: OctetRange, at moment: Moment) {
        guard octets.high > 0, isWithinLimits else { return }
        hasRecords = true
        var beam = ReadingBeam()
        var budget = Self.workPerRecord
        // The likeliest come first, and so have their turn where the work is too much.
        for reading in readings {
            reading.answered(octets, at: moment, with: lengths, work: &budget, to: &beam)
        }
        work &-= Self.workPerRecord &- budget
        effort &+= Self.workPerRecord &- budget &+ beam.work &+ readings.count
        keep(beam)
        tellFinished()
    }

    /// Octets of a side were lost: they are taken for a record whose length is hardly known.
    public mutating func lose(_ octets: Int?, fromClient isClient: Bool, at moment: Moment) {
        let range = OctetRange(1, max(1, octets ?? 1_024))
        doubt *= 0.7
        if isClient { takeClient(range, at: moment) } else { takeServer(range, at: moment) }
    }

    /// The transactions that can be told by now, in order.
    public mutating func takeTransactions() -> [InferredTransaction] {
        defer { told = [] }
        return told
    }

    /// The session ends: what is open is broken off; nil if there was nothing to read.
    public mutating func end() -> InferredSession? {
        guard hasRecords, isWithinLimits else { return nil }
        for index in readings.indices {
            // Most connections end when all is answered.
            if !readings[index].facts.pending.isEmpty { readings[index].weight *= 0.1 }
            readings[index].finish(.aborted)
        }
        keepReadings()
        while let first = readings.first?.facts.finished.first { tell(first) }
        guard let best = readings.first else { return nil }
        var session = best.facts.tally
        session.family = best.facts.family == .other ? nil : best.facts.family
        session.confidence = confidence { $0.facts.tally == best.facts.tally }
        return session
    }

    private var isWithinLimits: Bool { work > 0 && effort < Self.maximumEffort }

    /// Goes on with the best of the beam, the likeliest first.
    private mutating func keep(_ beam: ReadingBeam) {
        let best = beam.best(Self.width)
        if !best.isEmpty { readings = best }
    }

    private mutating func keepReadings() {
        var beam = ReadingBeam()
        for reading in readings { beam.add(reading, 1) }
        keep(beam)
    }

    private mutating func tellFinished() {
        while let best = readings.first, best.facts.finished.count >= Self.heldTransactions {
            tell(best.facts.finished[0])
        }
    }

    /// Tells the first transaction; readings that see another one in its place are given up.
    private mutating func tell(_ transaction: InferredTransaction) {
        var told = transaction
        told.confidence = confidence {
            $0.facts.finished.first.map { $0.agrees(with: transaction) } ?? false
        }
        self.told.append(told)
        readings.removeAll { $0.facts.finished.first.map { !$0.agrees(with: transaction) } ?? true }
        for index in readings.indices { readings[index].facts.finished.removeFirst() }
        keepReadings()
    }

    /// The share of the readings that agree, less where the texts are strange and octets are lost.
    private func confidence(_ agrees: (DialogueReading) -> Bool) -> Double {
        let total = readings.reduce(0) { $0 + $1.weight }
        let agreeing = readings.reduce(0) { $0 + (agrees($1) ? $1.weight : 0) }
        guard let best = readings.first, total > 0 else { return 0 }
        let strange = Double(best.strangeReplies) / Double(max(1, best.replies))
        return min(1, agreeing / total * (1 - 0.6 * strange) * doubt)
    }
}
