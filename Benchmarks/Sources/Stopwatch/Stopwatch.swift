import Glibc

/// Runs `body` several times and prints the best processor time per operation.
///
/// What else runs on the machine does not count, and what disturbs the caches only makes a run longer.
///
/// - Parameters:
///   - name: What is measured.
///   - count: How many operations one call of `body` does.
///   - rounds: How often `body` is called.
///   - body: What is measured; its result is kept, so that it cannot be optimised away.
public func measure<Result>(_ name: String, count: Int, rounds: Int = 9, _ body: () -> Result) {
    var best = Int.max
    for _ in 0..<rounds {
        let start = clock()
        withExtendedLifetime(body()) { best = min(best, clock() - start) }
    }
    let nanoseconds = Double(best) * (1e9 / Double(CLOCKS_PER_SEC)) / Double(max(1, count))
    let text = String(Int(nanoseconds * 10 + 0.5))
    let padded = String(repeating: "0", count: max(0, 2 - text.count)) + text
    let label = name + String(repeating: " ", count: max(1, 44 - name.count))
    print("\(label)\(padded.dropLast()).\(padded.suffix(1)) ns")
}
