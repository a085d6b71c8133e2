/// The natural logarithm, which the standard library has only in C's.
enum Logarithm {
    /// ln(`value`), to about 15 digits.
    ///
    /// - Precondition: `value` is positive and finite.
    static func natural(_ value: Double) -> Double {
        precondition(value > 0 && value.isFinite)
        // value = significand * 2^exponent with the significand near 1, where
        // ln(m) = 2 artanh((m - 1) / (m + 1)) converges fast.
        var exponent = Double(value.exponent)
        var significand = value.significand
        if significand > 1.414_213_562_373_095_1 {
            significand /= 2
            exponent += 1
        }
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var power = ratio
        var sum = 0.0
        for divisor in stride(from: 1.0, through: 41, by: 2) {
            sum += power / divisor
            power *= square
        }
        return 2 * sum + exponent * 0.693_147_180_559_945_309_4
    }
}
