import TapPlane
import TapWire
import Testing

struct KernelLedgerTests {
    /// Counters of two ports and a monitor, as the kernel would have them.
    private struct Counters {
        var values = [UInt64](repeating: 0, count: 3 * ForwardingRoute.counterCount)

        subscript(_ counter: ForwardingRoute.Counter, _ port: Int) -> UInt64 {
            get { values[ForwardingRoute.place(of: counter, port: port)] }
            set { values[ForwardingRoute.place(of: counter, port: port)] = newValue }
        }
    }

    private func ledger() -> Ledger {
        var ledger = Ledger(portCount: 3)
        for port in 0..<3 { ledger.ports[port].isUp = true }
        return ledger
    }

    private let none: [UInt64] = [0, 0, 0]

    @Test func everyCounterHasItsColumn() {
        var account = KernelLedger(portCount: 3, monitorCount: 1)
        var ledger = ledger()
        var counters = Counters()
        counters[.frames, 0] = 100
        counters[.octets, 0] = 6_000
        counters[.refused, 0] = 3
        counters[.tooShort, 0] = 2
        counters[.notBuffered, 0] = 7
        counters[.notRead, 0] = 1
        counters[.frames, 2] = 9
        account.update(&ledger, counters.values, dropped: none)
        let line = ledger.ports[0]
        #expect(line.rxFrames == 100 && line.rxOctets == 6_000)
        #expect(line.forwarded == 95 && line.notForwarded[.transmitError] == 5)
        #expect(line.mirrored == 92 && line.mirrorLost[.receiveOverflow] == 8)
        #expect(ledger.ports[2].notForwarded[.monitor] == 9)
        #expect(ledger.ports[2].mirrorLost[.monitor] == 9)
        #expect(ledger.ports.map(\.txFrames) == [0, 95, 95])
        #expect(ledger.ports.map(\.isBalanced) == [true, true, true])
    }

    @Test func whatIsRefusedWhileTheOtherPortIsDownSaysSo() {
        var account = KernelLedger(portCount: 3, monitorCount: 1)
        var ledger = ledger()
        var counters = Counters()
        counters[.frames, 0] = 10
        counters[.refused, 0] = 1
        account.update(&ledger, counters.values, dropped: none)
        ledger.ports[1].isUp = false
        counters[.frames, 0] = 20
        counters[.refused, 0] = 5
        account.update(&ledger, counters.values, dropped: none)
        #expect(ledger.ports[0].notForwarded[.transmitError] == 1)
        #expect(ledger.ports[0].notForwarded[.linkDown] == 4)
        #expect(ledger.ports[0].isBalanced)
    }

    @Test func dropsOfTheDeviceAreNotCountedTwice() {
        var account = KernelLedger(portCount: 3, monitorCount: 1)
        var ledger = ledger()
        var counters = Counters()
        counters[.frames, 0] = 10
        account.update(&ledger, counters.values, dropped: [4, 0, 0])
        #expect(ledger.ports[0].notForwarded[.transmitFull] == 4)
        // Three of these drops are those that the program was told of.
        counters[.frames, 0] = 20
        counters[.refused, 0] = 3
        account.update(&ledger, counters.values, dropped: [5, 0, 0])
        #expect(ledger.ports[0].notForwarded[.transmitFull] == 6)
        #expect(ledger.ports[0].notForwarded[.transmitError] == 3)
        #expect(ledger.ports[0].forwarded == 11 && ledger.ports[0].isBalanced)
    }

    @Test func theNextHubGoesOnFromTheLedger() {
        var account = KernelLedger(portCount: 3, monitorCount: 1)
        var before = ledger()
        var counters = Counters()
        counters[.frames, 0] = 50
        counters[.octets, 0] = 5_000
        counters[.refused, 0] = 4
        counters[.notBuffered, 0] = 2
        account.update(&before, counters.values, dropped: [1, 0, 0])
        // With new counters, and with those that went on meanwhile.
        var next = KernelLedger(portCount: 3, monitorCount: 1)
        var again = before
        next.update(&again, next.counters(of: before), dropped: none)
        #expect(again.ports[0].rxFrames == 50 && again.ports[0].rxOctets == 5_000)
        #expect(again.ports[0].forwarded == 45 && again.ports[0].mirrored == 48)
        counters[.frames, 0] = 60
        counters[.refused, 0] = 6
        next = KernelLedger(portCount: 3, monitorCount: 1)
        next.update(&before, counters.values, dropped: none)
        #expect(before.ports[0].notForwarded[.transmitError] == 6)
        #expect(before.ports[0].forwarded == 53 && before.ports[0].isBalanced)
    }
}
