import Glibc
public import SystemPackage

extension Errno {
    /// There is no such interface.
    public static let noSuchInterface = Errno(rawValue: Glibc.ENODEV)
    /// The interface of a socket is gone.
    public static let interfaceGone = Errno(rawValue: Glibc.ENXIO)

    /// Turns what a function of `CTap` returned into a value or an error.
    static func check(_ result: CInt) throws(Errno) -> CInt {
        guard result < 0 else { return result }
        throw Errno(rawValue: -result)
    }
}
