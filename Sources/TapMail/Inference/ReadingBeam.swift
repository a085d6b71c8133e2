/// The readings of a session up to a record, while they are found: what says the same is added up.
struct ReadingBeam: Sendable {
    /// Readings that are so much less likely than the best are given up.
    static let leastWeight = 1e-5

    private var readings: [DialogueReading] = []
    private var places: [DialogueReading.Facts: Int] = [:]
    /// The weight of the likeliest so far.
    private var most = 0.0
    /// Readings that were looked at.
    private(set) var work = 0

    /// True if a reading of this weight may still matter.
    func takes(_ weight: Double) -> Bool { weight > 0 && weight >= most * Self.leastWeight }

    /// Adds a reading whose weight is `factor` times its own.
    mutating func add(_ reading: DialogueReading, _ factor: Double) {
        work &+= 1
        guard takes(reading.weight * factor) else { return }
        let reading = reading.weighed(factor)
        if let place = places[reading.facts] {
            readings[place].absorb(reading)
            most = max(most, readings[place].weight)
        } else {
            places[reading.facts] = readings.count
            readings.append(reading)
            most = max(most, reading.weight)
        }
    }

    /// The likeliest, best first, weighed so that the best has the weight 1.
    func best(_ count: Int) -> [DialogueReading] {
        let order = readings.indices.filter { takes(readings[$0].weight) }.sorted { left, right in
            let (first, second) = (readings[left].weight, readings[right].weight)
            return first != second ? first > second : left < right
        }
        return order.prefix(count).map { readings[$0].weighed(1 / most) }
    }
}
