import TapPlane
import Testing

struct ActionMeterTests {
    private func meter(
        frames: UInt64 = 0,
        refused: UInt64 = 0,
        at start: PortCounts
    ) -> ActionMeter {
        var meter = ActionMeter(frames: frames, refused: refused)
        meter.begin(at: start)
        return meter
    }

    @Test func totalsGoOnWhereTheLedgerWas() {
        var meter = meter(frames: 100, refused: 7, at: PortCounts(frames: 60, refused: 7))
        let isMoving = [meter.note(drops: 50), meter.note(drops: 50)]
        #expect(isMoving == [true, false])
        #expect(meter.frames == 110)
        meter.note(failures: [2])
        meter.note(failures: [5])
        #expect(meter.refused == 12)
    }

    @Test func whatTheKernelCountedWhileNoHubRanIsTakenInOnce() {
        // The filter began with nothing; the ledger has what the hub before had told.
        var meter = meter(frames: 100, refused: 3, at: PortCounts(frames: 0, refused: 0))
        _ = meter.note(drops: 250)
        meter.note(failures: [10, 4])
        #expect(meter.frames == 250 && meter.refused == 10)
        meter.begin(at: PortCounts(frames: 0, refused: 0))
        meter.note(failures: [11, 4])
        #expect(meter.refused == 11)
    }

    @Test func countersThatWrapGoOn() {
        let total = UInt64(UInt32.max) - 4
        var meter = meter(frames: total, at: PortCounts(frames: 0, refused: 0))
        _ = meter.note(drops: UInt32.max - 4)
        _ = meter.note(drops: 5)
        #expect(meter.frames == total + 10)
        meter.note(failures: [UInt32.max])
        meter.note(failures: [1])
        #expect(meter.refused == 2)
    }

    @Test func aDisciplineThatWasMadeAnewIsNoFlood() {
        var meter = meter(frames: 1000, at: PortCounts(frames: 0, refused: 0))
        _ = meter.note(drops: 1000)
        let isMoving = [meter.note(drops: 3), meter.note(drops: 5)]
        #expect(isMoving == [false, true])
        #expect(meter.frames == 1002)
    }

    @Test func aFrameThatSeveralPortsRefuseIsRefusedOnce() {
        var meter = meter(at: PortCounts(frames: 0, refused: 0))
        meter.note(failures: [0, 0])
        meter.note(failures: [10, 10])
        meter.note(failures: [15, 10])
        meter.note(failures: [15, 12])
        #expect(meter.refused == 17)
    }

    @Test func whileAPortIsMissingEveryFrameIsRefused() {
        var meter = meter(at: PortCounts(frames: 0, refused: 0))
        meter.isIncomplete = true
        _ = meter.note(drops: 30)
        meter.note(failures: [4])
        #expect(meter.frames == 30 && meter.refused == 30)
    }
}
