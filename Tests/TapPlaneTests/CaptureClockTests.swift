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
        clock.set(Timestamp(nanoseconds: 5_000_000_000), at: 1_000_000_000)
        #expect(clock.time(of: 1_000_000_000).nanoseconds == 5_000_000_000)
        #expect(clock.time(of: 999_999_000).nanoseconds == 5_000_000_000)
        // A clock that is slowed down by a little.
        clock.set(Timestamp(nanoseconds: 5_999_999_000), at: 2_000_000_000)
        #expect(clock.time(of: 1_000_000_500).nanoseconds == 5_000_000_000)
        #expect(clock.time(of: 2_000_000_000).nanoseconds == 5_999_999_000)
        // One that is set back.
        clock.set(Timestamp(nanoseconds: 1_000_000_000), at: 2_000_000_000)
        #expect(clock.time(of: 2_000_000_100).nanoseconds == 1_000_000_100)
    }
}
