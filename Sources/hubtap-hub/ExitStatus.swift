import Glibc
import TapPlane
import TapRing

/// With what the hub ends, as scripts see it.
enum ExitStatus {
    static let done: CInt = 0
    static let failed: CInt = 1
    static let usage: CInt = 2

    /// The status that belongs to an error.
    static func of(_ error: any Error) -> CInt {
        switch error {
        case is UsageError: usage
        case let error as PlaneError: error.isConfiguration ? usage : failed
        case let error as RingError: isConfiguration(error) ? usage : failed
        default: failed
        }
    }

    private static func isConfiguration(_ error: RingError) -> Bool {
        switch error.code {
        case .notARing, .otherVersion, .otherSize, .otherSnapLength, .otherPorts, .noSpace,
            .noMemory, .invalid:
            true
        case .notFound, .inUse, .replaced, .truncated, .damaged, .system: false
        }
    }
}
