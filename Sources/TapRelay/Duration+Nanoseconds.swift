import TapWire

extension Duration {
    /// The whole nanoseconds, held at the ends of the range.
    ///
    /// For what is asked of every event: a `Duration` is reckoned in 128 bits.
    var wholeNanoseconds: Int64 { Timestamp(nanoseconds: 0).advanced(by: self).nanoseconds }
}
