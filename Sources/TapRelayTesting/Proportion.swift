import Glibc

/// So many of so many, and between which bounds the true share lies.
public struct Proportion: Hashable, Sendable {
    /// How many.
    public var count: Int
    /// Of how many.
    public var total: Int

    /// `count` of `total`.
    public init(_ count: Int, of total: Int) {
        self.count = count
        self.total = total
    }

    /// The share; nil of nothing.
    public var share: Double? { total > 0 ? Double(count) / Double(total) : nil }

    /// The exact binomial interval that holds the true share 95 times in 100, after Clopper and Pearson, 1934.
    public var interval: ClosedRange<Double> {
        guard total > 0 else { return 0...1 }
        let low = count == 0 ? 0 : bound { atLeast(count, $0) > 0.025 }
        let high = count == total ? 1 : bound { 1 - atLeast(count + 1, $0) <= 0.025 }
        return min(low, high)...max(low, high)
    }

    /// The smallest share for which `isReached` holds, which must hold from there on.
    private func bound(_ isReached: (Double) -> Bool) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if isReached(middle) { high = middle } else { low = middle }
        }
        return (low + high) / 2
    }

    /// How likely at least `least` of `total` are where each is with probability `share`.
    private func atLeast(_ least: Int, _ share: Double) -> Double {
        guard share > 0, share < 1 else { return share <= 0 ? (least <= 0 ? 1 : 0) : 1 }
        var sum = 0.0
        for number in max(0, least)...max(least, total) where number <= total {
            let ways =
                lgamma(Double(total) + 1) - lgamma(Double(number) + 1)
                - lgamma(Double(total - number) + 1)
            let chance = Double(number) * log(share) + Double(total - number) * log1p(-share)
            sum += exp(ways + chance)
        }
        return min(1, sum)
    }
}
