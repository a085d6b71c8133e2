import TapRelay
import Testing

/// A row of the table of sequential tests that the numbers of `relay.open` were taken from.
struct WalkRow: Sendable {
    var theta0: Double
    var theta1: Double
    var alpha: Double
    var steps: [Double]
    var bounds: [Double]
    var ones: Int
    var zeros: Int

    var test: SequentialTest {
        SequentialTest(theta0: theta0, theta1: theta1, alpha: alpha, beta: 0.01)
    }
}

private let rows = [
    WalkRow(
        theta0: 0.2,
        theta1: 0.9,
        alpha: 0.01,
        steps: [1.504, -2.079],
        bounds: [4.595, -4.595],
        ones: 4,
        zeros: 3
    ),
    WalkRow(
        theta0: 0.005,
        theta1: 0.7,
        alpha: 1e-4,
        steps: [4.942, -1.199],
        bounds: [9.200, -4.605],
        ones: 2,
        zeros: 4
    ),
    WalkRow(
        theta0: 0.02,
        theta1: 0.8,
        alpha: 1e-3,
        steps: [3.689, -1.589],
        bounds: [6.898, -4.604],
        ones: 2,
        zeros: 3
    ),
    WalkRow(
        theta0: 0.05,
        theta1: 0.8,
        alpha: 1e-3,
        steps: [2.773, -1.558],
        bounds: [6.898, -4.604],
        ones: 3,
        zeros: 3
    ),
    WalkRow(
        theta0: 0.05,
        theta1: 0.7,
        alpha: 1e-4,
        steps: [2.639, -1.153],
        bounds: [9.200, -4.605],
        ones: 4,
        zeros: 4
    ),
]

@Suite("The sequential test")
struct SequentialTestTests {
    @Test("steps and bounds", arguments: rows)
    func numbers(_ row: WalkRow) {
        let numbers = [
            row.test.stepOnOne, row.test.stepOnZero, row.test.upperBound, row.test.lowerBound,
        ]
        for (number, expected) in zip(numbers, row.steps + row.bounds) {
            #expect(abs(number - expected) < 0.001)
        }
    }

    @Test("so many ones decide", arguments: rows)
    func ones(_ row: WalkRow) {
        var walk = SequentialWalk()
        for count in 1...row.ones {
            #expect(!walk.isDecided)
            walk.observe(true, by: row.test)
            #expect(walk.isDecided == (count == row.ones))
        }
    }

    @Test("so many zeros decide that all is well, and it starts again at 0", arguments: rows)
    func zeros(_ row: WalkRow) {
        var walk = SequentialWalk()
        for count in 1...row.zeros {
            walk.observe(false, by: row.test)
            #expect((walk.sum == 0) == (count == row.zeros))
        }
    }

    @Test("a decision stands until the other bound is reached")
    func decision() {
        let test = rows[1].test
        var walk = SequentialWalk()
        for _ in 0..<1_000 { walk.observe(true, by: test) }
        // From the upper bound to the lower: 13.815 / 1.199.
        for _ in 0..<11 { walk.observe(false, by: test) }
        #expect(walk.isDecided)
        walk.observe(false, by: test)
        #expect(!walk.isDecided && walk.sum == 0)
    }

    @Test("any order of observations stays within the bounds", arguments: 0..<20)
    func bounds(_ seed: Int) {
        let test = rows[1].test
        var walk = SequentialWalk()
        for step in 0..<500 {
            walk.observe((step &* 2_654_435_761 &+ seed &* 40_503) % 7 < 2, by: test)
            #expect(walk.sum <= test.upperBound && walk.sum > test.lowerBound)
        }
    }
}
