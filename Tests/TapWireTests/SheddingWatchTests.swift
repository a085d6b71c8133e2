import TapWire
import Testing

struct SheddingWatchTests {
    private func time(_ milliseconds: Int64) -> Timestamp {
        Timestamp(nanoseconds: milliseconds * 1_000_000)
    }

    private func ledger(bulk: UInt64 = 0, other: UInt64 = 0, whole: UInt64 = 0) -> Ledger {
        var ledger = Ledger(portCount: 2)
        for (cause, frames) in [(MirrorCut.bulk, bulk), (.other, other), (.whole, whole)] {
            ledger.ports[1].mirrorCut[cause] = frames
            ledger.ports[1].mirrorCutOctets[cause] = frames * 1000
        }
        // What is asked for is no shedding.
        ledger.ports[0].mirrorCut[.asked] = bulk * 7
        return ledger
    }

    @Test func aSpellBeginsWorsensAndEnds() {
        var watch = SheddingWatch()
        #expect(watch.look(at: ledger(bulk: 5), time(0)) == nil)
        #expect(watch.look(at: ledger(bulk: 5), time(10)) == nil)
        var spell = Shedding(began: time(20), level: .bulk, frames: 2, octets: 2000)
        #expect(watch.look(at: ledger(bulk: 7), time(20)) == .began(spell))
        #expect(watch.current == spell)
        #expect(watch.look(at: ledger(bulk: 8), time(30)) == nil)
        spell = Shedding(began: time(20), level: .whole, frames: 5, octets: 5000)
        spell.last = time(40)
        #expect(watch.look(at: ledger(bulk: 8, other: 1, whole: 1), time(40)) == .worsened(spell))
        // What is less bad is no news.
        #expect(watch.look(at: ledger(bulk: 9, other: 1, whole: 1), time(50)) == nil)
        let last = ledger(bulk: 9, other: 1, whole: 1)
        #expect(watch.look(at: last, time(1000)) == nil)
        spell.last = time(50)
        spell.frames = 6
        spell.octets = 6000
        #expect(watch.look(at: last, time(1050)) == .ended(spell))
        #expect(watch.current == nil)
        #expect(watch.look(at: last, time(3000)) == nil)
    }

    @Test func aTimeIsToldFromOthers() {
        var watch = SheddingWatch()
        _ = watch.look(at: ledger(), time(0))
        _ = watch.look(at: ledger(bulk: 1), time(10_000))
        #expect(watch.spell(at: time(8_000)) == nil)
        #expect(watch.spell(at: time(9_500)) == watch.current)
        _ = watch.look(at: ledger(bulk: 1), time(12_000))
        #expect(watch.current == nil)
        #expect(watch.spell(at: time(10_500))?.frames == 1)
        #expect(watch.spell(at: time(11_500)) == nil)
    }

    @Test func aClockThatIsSetBackDoesNotMakeItLonger() {
        var watch = SheddingWatch()
        _ = watch.look(at: ledger(), time(3_600_000))
        _ = watch.look(at: ledger(bulk: 1), time(3_600_000))
        #expect(watch.look(at: ledger(bulk: 1), time(10)) == nil)
        #expect(watch.look(at: ledger(bulk: 1), time(1_010)) != nil)
    }

    @Test func aLedgerThatBeginsAnewIsNoSpell() {
        var watch = SheddingWatch()
        #expect(watch.look(at: ledger(bulk: 50), time(0)) == nil)
        #expect(watch.look(at: ledger(), time(10)) == nil)
        #expect(watch.look(at: ledger(bulk: 1), time(20)) != nil)
    }
}
