import TapPlane
import Testing

struct PaceTests {
    @Test func anIdleHubSleeps() {
        var pace = Pace(spin: .microseconds(50))
        #expect(pace.rest(1_000_000_000) == .sleep(milliseconds: 50))
        pace.noteSleep(from: 1_000_000_000, to: 1_050_000_000)
        pace.noteFrames(1_050_000_000)
        #expect(pace.rest(1_050_001_000) == .sleep(milliseconds: 50))
    }

    @Test func framesThatComeCloseAreWaitedFor() {
        var pace = Pace(spin: .microseconds(50))
        pace.noteSleep(from: 1_000_000_000, to: 1_000_020_000)
        pace.noteFrames(1_000_020_000)
        #expect(pace.rest(1_000_069_000) == .spin)
        #expect(pace.rest(1_000_071_000) == .sleep(milliseconds: 50))
        #expect(pace.rest(1_000_072_000) == .sleep(milliseconds: 50))
    }

    @Test func aHubWhoseProcessorIsWantedSleeps() {
        var pace = Pace(spin: .microseconds(1000))
        pace.noteFrames(1_000_000_000)
        pace.noteFrames(1_000_001_000)
        #expect(pace.rest(1_000_002_000) == .spin)
        #expect(pace.rest(1_000_302_000) == .spin)
        // The second look came late: for a while there is no spinning.
        #expect(pace.rest(1_000_302_500) == .sleep(milliseconds: 50))
        pace.noteFrames(1_000_303_000)
        pace.noteFrames(1_000_304_000)
        #expect(pace.rest(1_000_305_000) == .sleep(milliseconds: 50))
        pace.noteFrames(1_200_000_000)
        pace.noteFrames(1_200_001_000)
        #expect(pace.rest(1_200_002_000) == .spin)
    }

    @Test func withoutSpinItSleepsAtOnce() {
        var pace = Pace(spin: .zero)
        pace.noteFrames(1_000)
        pace.noteFrames(1_001)
        #expect(pace.rest(1_001) == .sleep(milliseconds: 50))
    }

    @Test func portsAreTendedOnceInAWhile() {
        var pace = Pace(spin: .zero)
        var answers: [Bool] = []
        for time in [1_000_000_000, 1_009_000_000, 1_010_000_000] as [Int64] {
            answers.append(pace.isTendingDue(time))
        }
        #expect(answers == [true, false, true])
    }
}
