import TapFlow

/// Finds which replies to the commands that wait are in one record of the server.
///
/// Theory of operation. Step by step one command more is taken for answered. What a reading becomes depends on what the
/// reply says only, and not on its text: so a reading is made once for each verdict, and the many texts are followed as
/// bare lengths and weights (`Part`). Parts of the same reading with the same length are added up, and the best are kept.
struct ReplySearch {
    /// How many ways to read the first replies of a record are followed at once.
    private static let width = 24

    /// Replies so far that lead to one of `readings`.
    private struct Part {
        /// The place of the reading.
        var place: Int
        var used: OctetRange
        var weight: Double
        var strange: Int

        /// Texts that leave the length open would push out those that fit exactly.
        var worth: Double { weight / Double(used.width) }
    }

    /// The replies of one verdict that end the record.
    private struct Ending {
        var weight = 0.0
        var strange = 0
        /// The weight of the text that `strange` is of.
        private var most = 0.0

        mutating func add(_ share: Double, _ strange: Int) {
            weight += share
            guard share > most else { return }
            most = share
            self.strange = strange
        }
    }

    private let octets: OctetRange
    private let moment: Moment
    private let lengths: ReplyLengths
    private let count: Int
    private var readings: [DialogueReading]
    private var parts: [Part]
    private var nextReadings: [DialogueReading] = []
    private var nextParts: [Part] = []

    /// Begins with a reading and the octets of a record.
    init(_ reading: DialogueReading, octets: OctetRange, moment: Moment, lengths: ReplyLengths) {
        self.octets = octets
        self.moment = moment
        self.lengths = lengths
        count = reading.facts.pending.count
        readings = [reading]
        parts = [
            Part(
                place: 0,
                used: OctetRange(0),
                weight: reading.weight,
                strange: reading.strangeReplies
            )
        ]
    }

    /// Adds what is found to the beam; `work` is used up by trying.
    mutating func run(work: inout Int, to beam: inout ReadingBeam) {
        var answered = 0
        while answered < count, !parts.isEmpty, work > 0 {
            answered &+= 1
            let stopping = Self.stopping(answered, of: count)
            for place in readings.indices {
                extend(place, stopping, isLast: answered == count, work: &work, to: &beam)
            }
            readings = nextReadings
            parts = best(of: nextParts)
            nextReadings.removeAll(keepingCapacity: true)
            nextParts.removeAll(keepingCapacity: true)
        }
    }

    /// Answers one command more of a reading.
    private mutating func extend(
        _ place: Int,
        _ stopping: Double,
        isLast: Bool,
        work: inout Int,
        to beam: inout ReadingBeam
    ) {
        let reading = readings[place]
        let mine = parts.filter { $0.place == place }
        guard !mine.isEmpty else { return }
        let options = reading.options(with: lengths)
        var start = options.startIndex
        // Options of the same verdict stand together.
        while start < options.endIndex {
            let verdict = options[start].verdict
            let end = options[start...].firstIndex { $0.verdict != verdict } ?? options.endIndex
            extend(reading, mine, options[start..<end], stopping, isLast: isLast, to: &beam)
            work &-= mine.count &* (end &- start)
            start = end
        }
    }

    private mutating func extend(
        _ reading: DialogueReading,
        _ mine: [Part],
        _ options: ArraySlice<ReplyOption>,
        _ stopping: Double,
        isLast: Bool,
        to beam: inout ReadingBeam
    ) {
        var ending = Ending()
        let first = nextParts.count
        for part in mine {
            for option in options {
                let used = part.used + option.octets
                let weight = part.weight * option.share
                guard used.low <= octets.high, beam.takes(weight) else { continue }
                let strange = part.strange &+ (option.isStrange ? 1 : 0)
                let fit = used.likelihood(of: octets) * stopping
                if fit > 0 { ending.add(weight * fit, strange) }
                guard !isLast else { continue }
                add(Part(place: -1, used: used, weight: weight, strange: strange), from: first)
            }
        }
        let isEnding = beam.takes(ending.weight)
        guard isEnding || nextParts.count > first, let verdict = options.first?.verdict else {
            return
        }
        var settled = reading.settled(verdict, at: moment)
        settled.replies &+= 1
        if isEnding {
            settled.weight = ending.weight
            settled.strangeReplies = ending.strange
            beam.add(settled, 1)
        }
        guard nextParts.count > first else { return }
        let place = place(of: settled)
        for index in nextParts.indices.dropFirst(first) { nextParts[index].place = place }
    }

    /// Adds to a part that has the same length, or after all.
    private mutating func add(_ part: Part, from first: Int) {
        for index in nextParts.indices.dropFirst(first) where nextParts[index].used == part.used {
            if part.weight > nextParts[index].weight { nextParts[index].strange = part.strange }
            nextParts[index].weight += part.weight
            return
        }
        nextParts.append(part)
    }

    /// Where a reading that says the same is among the next, or is now.
    private mutating func place(of reading: DialogueReading) -> Int {
        if let place = nextReadings.firstIndex(where: { $0.facts == reading.facts }) {
            return place
        }
        nextReadings.append(reading)
        return nextReadings.count &- 1
    }

    private func best(of list: [Part]) -> [Part] {
        guard list.count > Self.width else { return list }
        let worths = list.map(\.worth)
        let order = list.indices.sorted { left, right in
            let (first, second) = (worths[left], worths[right])
            return first != second ? first > second : left < right
        }
        return order.prefix(Self.width).map { list[$0] }
    }

    /// How likely a record is to answer `answered` of `count` commands.
    private static func stopping(_ answered: Int, of count: Int) -> Double {
        if answered == count { return count == 1 ? 1 : 0.5 }
        return answered == 1 ? 0.4 : 0.1 / Double(count)
    }
}
