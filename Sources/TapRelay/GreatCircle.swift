package import TapWire

extension Place.Point {
    /// The mean radius of the earth in kilometres (IUGG).
    private static let earthRadius = 6_371.009

    /// Kilometres to `other` over the earth, which is taken for a sphere: half a percent off at most.
    ///
    /// Source: the haversine formula; R. W. Sinnott, Virtues of the Haversine, Sky and Telescope 68, 1984.
    package func kilometres(to other: Place.Point) -> Double {
        func radians(_ degrees: Float) -> Double { Double(degrees) * .pi / 180 }
        let (one, two) = (radians(latitude), radians(other.latitude))
        let northward = Trigonometry.sine((two - one) / 2)
        let eastward = Trigonometry.sine((radians(other.longitude) - radians(longitude)) / 2)
        // The cosine is the sine of what is left to a right angle.
        let cosines = Trigonometry.sine(.pi / 2 - one) * Trigonometry.sine(.pi / 2 - two)
        let square = northward * northward + cosines * eastward * eastward
        return 2 * Self.earthRadius * Trigonometry.arcsine(min(1, max(0, square)).squareRoot())
    }
}

/// What Swift has only as the C library's, to about twelve digits.
enum Trigonometry {
    /// The sine of an angle in radians, -π to π; what rounding has carried beyond counts as the end.
    static func sine(_ angle: Double) -> Double {
        let angle = min(max(-.pi, angle), .pi)
        // Beyond the right angle the sine comes back the same way.
        let folded = angle > .pi / 2 ? .pi - angle : angle < -.pi / 2 ? -.pi - angle : angle
        var (term, sum) = (folded, folded)
        for step in 1...10 {
            term *= -folded * folded / Double(2 * step * (2 * step + 1))
            sum += term
        }
        return sum
    }

    /// The angle in radians, 0 to π/2, that has this sine.
    ///
    /// - Precondition: it is from 0 to 1.
    static func arcsine(_ sine: Double) -> Double {
        precondition((0...1).contains(sine))
        // The tangent of half the angle, halved twice more so that the series converges fast.
        var tangent = sine / (1 + (1 - sine * sine).squareRoot())
        for _ in 0..<2 { tangent /= 1 + (1 + tangent * tangent).squareRoot() }
        var (power, sum) = (tangent, tangent)
        for step in 1...10 {
            power *= -tangent * tangent
            sum += power / Double(2 * step + 1)
        }
        return 8 * sum
    }
}
