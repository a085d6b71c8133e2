import SystemPackage

extension Errno {
    /// Turns what a function of `CTap` returned into a value or an error.
    static func check(_ result: CInt) throws(Errno) -> CInt {
        guard result < 0 else { return result }
        throw Errno(rawValue: -result)
    }
}
