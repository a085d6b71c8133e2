/// Wald's sequential probability ratio test over yes-or-no observations.
///
/// The observation is 1 with probability `theta0` if all is well and `theta1` if not. Each adds the logarithm of the
/// ratio of its likelihoods to a sum; the sum decides when it leaves the interval between two bounds that are set by
/// how often the test may err. Source: A. Wald, Sequential Analysis, 1947; Jung et al., Fast Portscan Detection Using
/// Sequential Hypothesis Testing (TRW), 2004, which also starts again at 0 after each decision that all is well.
package struct SequentialTest: Hashable, Sendable {
    /// What is added for an observation of 1: ln(theta1/theta0), positive.
    package let stepOnOne: Double
    /// What is added for an observation of 0: ln((1-theta1)/(1-theta0)), negative.
    package let stepOnZero: Double
    /// Where it decides that things are bad: ln((1-beta)/alpha).
    package let upperBound: Double
    /// Where it decides that all is well: ln(beta/(1-alpha)).
    package let lowerBound: Double

    /// Creates a test that cries wolf with probability `alpha` and misses with probability `beta`.
    ///
    /// - Precondition: all are strictly between 0 and 1, `theta0 < theta1` and `alpha + beta < 1`.
    package init(theta0: Double, theta1: Double, alpha: Double, beta: Double) {
        precondition(theta0 > 0 && theta0 < theta1 && theta1 < 1)
        precondition(alpha > 0 && beta > 0 && alpha + beta < 1)
        stepOnOne = Logarithm.natural(theta1 / theta0)
        stepOnZero = Logarithm.natural((1 - theta1) / (1 - theta0))
        upperBound = Logarithm.natural((1 - beta) / alpha)
        lowerBound = Logarithm.natural(beta / (1 - alpha))
    }
}

/// Where a sequential test stands.
package struct SequentialWalk: Hashable, Sendable, Codable {
    /// The sum so far.
    package private(set) var sum = 0.0
    /// True from when the upper bound was reached until the lower bound is.
    package private(set) var isDecided = false

    /// Starts at 0.
    package init() {}

    /// Takes the next observation.
    package mutating func observe(_ isOne: Bool, by test: SequentialTest) {
        // Held at the upper bound: what went on for long must not take as long to be forgotten.
        sum = min(sum + (isOne ? test.stepOnOne : test.stepOnZero), test.upperBound)
        if sum >= test.upperBound { isDecided = true }
        guard sum <= test.lowerBound else { return }
        self = SequentialWalk()
    }
}
