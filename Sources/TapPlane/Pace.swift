import CTap
import Glibc

/// When the loop looks again at once, when it sleeps, and when it looks after the ports.
///
/// It spins only while frames come so close that sleeping would cost more than it saves: a wake-up
/// takes tens of microseconds. An idle hub sleeps, and so does one whose processor others want: who
/// spins away his share is made to wait when a frame is there.
package struct Pace {
    /// What to do when no frame is there.
    package enum Rest: Hashable {
        case spin
        case sleep(milliseconds: Int32)
    }

    /// How often ports are looked after while frames cross.
    private static let tendingNanoseconds: Int64 = 10_000_000
    /// How long an idle hub sleeps; readers see its ledger and links as often.
    private static let sleepMilliseconds: Int32 = 50

    /// A spin that was interrupted for so long shows that the processor is wanted.
    private static let absenceNanoseconds: Int64 = 200_000
    /// How long there is no spinning after that.
    private static let abstinenceNanoseconds: Int64 = 100_000_000

    private let spinNanoseconds: Int64
    private var lastFrames: Int64 = 0
    private var nextTending: Int64 = 0
    private var framesAreClose = false
    private var lastLook: Int64 = 0
    private var maySpinFrom: Int64 = 0

    package init(spin: Duration) {
        spinNanoseconds = Int64(spin.components.attoseconds / 1_000_000_000)
    }

    /// True once every while.
    package mutating func isTendingDue(_ now: Int64) -> Bool {
        guard now >= nextTending else { return false }
        nextTending = now &+ Self.tendingNanoseconds
        return true
    }

    /// The next look after the ports is due at once.
    package mutating func tendAtOnce() { nextTending = 0 }

    /// Frames crossed just now.
    package mutating func noteFrames(_ now: Int64) {
        framesAreClose = framesAreClose || now &- lastFrames < spinNanoseconds
        lastFrames = now
        lastLook = 0
    }

    /// What to do while there is no frame.
    package mutating func rest(_ now: Int64) -> Rest {
        if framesAreClose, now &- lastFrames < spinNanoseconds, now >= maySpinFrom {
            noteLook(now)
            return .spin
        }
        framesAreClose = false
        lastLook = 0
        return .sleep(milliseconds: Self.sleepMilliseconds)
    }

    /// The loop has slept; a short sleep means that frames come close.
    package mutating func noteSleep(from start: Int64, to end: Int64) {
        framesAreClose = end &- start < spinNanoseconds
    }

    // Between two looks of a spin pass less than a microsecond, unless someone else had the processor.
    private mutating func noteLook(_ now: Int64) {
        defer { lastLook = now }
        guard lastLook != 0, now &- lastLook > Self.absenceNanoseconds else { return }
        maySpinFrom = now &+ Self.abstinenceNanoseconds
    }

    /// A breath between two looks.
    static func relax() {
        for _ in 0..<8 { ctap_relax() }
    }
}
