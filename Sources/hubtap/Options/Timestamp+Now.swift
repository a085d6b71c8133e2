import Foundation
import TapWire

extension Timestamp {
    /// The time of day.
    static var now: Timestamp {
        Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000_000) * 1_000)
    }
}
