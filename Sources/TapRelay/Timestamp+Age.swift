import TapWire

extension Timestamp {
    /// How many nanoseconds after `earlier` this time is, held at the ends of the range; negative when it is before.
    ///
    /// For what is asked of every event: a `Duration` is reckoned in 128 bits.
    func nanoseconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflow ? (self < earlier ? .min : .max) : difference
    }
}

extension Duration {
    /// The whole nanoseconds, held at the ends of the range.
    var wholeNanoseconds: Int64 { Timestamp(nanoseconds: 0).advanced(by: self).nanoseconds }
}
