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

    private let none = SendDrops.Counts(devices: [0, 0, 0])

    @Test func everyCounterHasItsColumn() {
        var account = KernelLedger(portCount: 3, monitorCount: 1)
        var ledger = ledger()
        var counters = Counters()
        counters[.frames, 0] = 100
        counters[.octets, 0] = 6_000
        counters[.refused, 0] = 3
        counters[.notTaken, 1] = 3
        counters[.notTaken, 2] = 1
        counters[.tooShort, 0] = 2
        counters[.notBuffered, 0] = 7
        counters[.notRead, 0] = 1
        counters[.frames, 2] = 9
        account.update(&ledger, counters.values, drops: none)
        let line = ledger.ports[0]
        #expect(line.rxFrames == 100 && line.rxOctets == 6_000)
        #expect(line.forwarded == 95 && line.notForwarded[.transmitError] == 5)
        #expect(line.mirrored == 92 && line.mirrorLost[.receiveOverflow] == 8)
        #expect(ledger.ports[2].notForwarded[.monitor] == 9)
        #expect(ledger.ports[2].mirrorLost[.monitor] == 9)
        #expect(ledger.ports.map(\.txFrames) == [0, 95, 97])
        #expect(ledger.ports.map(\.isBalanced) == [true, true, true])
    }

    @Test func whatIsRefusedWhileTheOtherPortIsDownSaysSo() {
        var account = KernelLedger(portCount: 3, monitorCount: 1)
        var ledger = ledger()
        var counters = Counters()
        counters[.frames, 0] = 10
        counters[.refused, 0] = 1
        account.update(&ledger, counters.values, drops: none)
        ledger.ports[1].isUp = false
        counters[.frames, 0] = 20
        counters[.refused, 0] = 5
        account.update(&ledger, counters.values, drops: none)
        #expect(ledger.ports[0].notForwarded[.transmitError] == 1)
        #expect(ledger.ports[0].notForwarded[.linkDown] == 4)
        #expect(ledger.ports[0].isBalanced)
    }

    @Test func dropsOfTheDeviceAreNotCountedTwice() {
        var account = KernelLedger(portCount: 3, monitorCount: 1)
        var ledger = ledger()
        var counters = Counters()
        account.update(&ledger, counters.values, drops: none)
        counters[.frames, 0] = 10
        account.update(&ledger, counters.values, drops: SendDrops.Counts(devices: [0, 4, 0]))
        #expect(ledger.ports[0].notForwarded[.transmitFull] == 4)
        #expect(ledger.ports[1].txFrames == 6)
        // Three of these drops are those that the program was told of.
        counters[.frames, 0] = 20
        counters[.refused, 0] = 3
        counters[.notTaken, 1] = 3
        account.update(&ledger, counters.values, drops: SendDrops.Counts(devices: [0, 5, 0]))
        #expect(ledger.ports[0].notForwarded[.transmitFull] == 6)
        #expect(ledger.ports[0].notForwarded[.transmitError] == 3)
        #expect(ledger.ports[0].forwarded == 11 && ledger.ports[0].isBalanced)
        // The device may tell of them after the program has.
        counters[.frames, 0] = 30
        counters[.refused, 0] = 5
        counters[.notTaken, 1] = 5
        account.update(&ledger, counters.values, drops: none)
        account.update(&ledger, counters.values, drops: SendDrops.Counts(devices: [0, 2, 0]))
        #expect(ledger.ports[0].notForwarded[.transmitFull] == 6)
        #expect(ledger.ports[1].txFrames == 19)
    }

    /// Queues are asked a hundred times less often than programs.
    @Test func whatAQueueDropsIsNotCountedTwiceEither() {
        var account = KernelLedger(portCount: 3, monitorCount: 1)
        var ledger = ledger()
        var counters = Counters()
        account.update(&ledger, counters.values, drops: none)
        counters[.frames, 0] = 50
        counters[.refused, 0] = 48
        counters[.notTaken, 1] = 48
        account.update(&ledger, counters.values, drops: none)
        for _ in 0..<50 { account.update(&ledger, counters.values, drops: none) }
        // Two more that no program was told of.
        let late = SendDrops.Counts(devices: [0, 0, 0], queues: [0, 50, 0])
        account.update(&ledger, counters.values, drops: late)
        #expect(ledger.ports[0].notForwarded[.transmitError] == 48)
        #expect(ledger.ports[0].notForwarded[.transmitFull] == 2)
        #expect(ledger.ports[0].forwarded == 0 && ledger.ports[0].isBalanced)
        account.update(
            &ledger,
            counters.values,
            drops: SendDrops.Counts(devices: [0, 0, 0], queues: [0, 0, 0])
        )
        #expect(ledger.ports[0].isBalanced)
    }

    @Test func theNextHubGoesOnFromTheLedger() {
        var account = KernelLedger(portCount: 3, monitorCount: 1)
        var before = ledger()
        var counters = Counters()
        counters[.frames, 0] = 50
        counters[.octets, 0] = 5_000
        counters[.refused, 0] = 4
        counters[.notBuffered, 0] = 2
        account.update(&before, counters.values, drops: none)
        account.update(&before, counters.values, drops: SendDrops.Counts(devices: [0, 1, 0]))
        // With new counters, and with those that went on meanwhile.
        var next = KernelLedger(portCount: 3, monitorCount: 1)
        var again = before
        next.update(&again, next.counters(of: before), drops: none)
        #expect(again.ports[0].rxFrames == 50 && again.ports[0].rxOctets == 5_000)
        #expect(again.ports[0].forwarded == 45 && again.ports[0].mirrored == 48)
        counters[.frames, 0] = 60
        counters[.refused, 0] = 6
        next = KernelLedger(portCount: 3, monitorCount: 1)
        next.update(&before, counters.values, drops: none)
        #expect(before.ports[0].notForwarded[.transmitError] == 6)
        #expect(before.ports[0].forwarded == 53 && before.ports[0].isBalanced)
    }
}
