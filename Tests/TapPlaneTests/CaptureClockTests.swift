import TapLinux
import TapPlane
import TapWire
import Testing

struct CaptureClockTests {
    @Test func timesAreThoseOfTheDay() {
        var clock = CaptureClock()
        let monotonic = FileMappingClock.monotonicNanoseconds()
        let time = clock.time(of: monotonic).nanoseconds
        let now = FileMappingClock.now().nanoseconds
        #expect(abs(now - time) < 1_000_000_000)
    }

    @Test func noFrameIsBeforeTheOneBeforeIt() {
        var clock = CaptureClock()
        let start = FileMappingClock.monotonicNanoseconds()
        let first = clock.time(of: start)
        #expect(clock.time(of: start - 500) == first)
        #expect(clock.time(of: start + 500).nanoseconds == first.nanoseconds + 500)
        clock.set()
        #expect(clock.time(of: start + 400).nanoseconds >= first.nanoseconds + 500)
    }
}
