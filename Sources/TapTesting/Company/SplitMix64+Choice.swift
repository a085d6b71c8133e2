extension SplitMix64 {
    /// A generator of its own for one thing in one hour, so that what one source draws does not move another's draws.
    init(seed: UInt64, stream: UInt64, turn: Int = 0) {
        var mixer = SplitMix64(seed: seed ^ stream &* 0xD6E8_FEB8_6659_FD93)
        let first = mixer.next()
        self.init(seed: first ^ UInt64(bitPattern: Int64(turn)) &* 0xA076_1D64_78BD_642F)
    }

    /// A number from 0 up to and without `bound`; 0 where that is not positive.
    mutating func number(below bound: Int) -> Int {
        bound > 0 ? Int(next() % UInt64(bound)) : 0
    }

    /// A number from 0 up to and without 1.
    mutating func share() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// True with this probability.
    mutating func chance(_ probability: Double) -> Bool { share() < probability }

    /// One of `elements`.
    ///
    /// - Precondition: there is one.
    mutating func element<Element>(of elements: [Element]) -> Element {
        elements[number(below: elements.count)]
    }

    /// How many things happen that happen `mean` times on average: binomial, half as spread as a Poisson process.
    mutating func count(around mean: Double) -> Int {
        let trials = Int(mean * 2)
        var count = chance(mean - Double(trials) / 2) ? 1 : 0
        for _ in 0..<trials where next() & 1 == 1 { count += 1 }
        return count
    }

    /// A time span between two numbers of seconds.
    mutating func seconds(_ least: Double, _ most: Double) -> Duration {
        .nanoseconds(Int64((least + (most - least) * share()) * 1e9))
    }
}
