/// The natural logarithm, which Swift has only as the C library's.
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
        for step in 0...20 {
            sum += power / Double(2 * step + 1)
            power *= square
        }
        return 2 * sum + exponent * 0.693_147_180_559_945_309_4
    }
}
