package import TapWire

/// Turns the kernel's counters into the lines of the ledger.
///
/// Theory of operation. A counter begins at what the ledger of the hub before says and only grows, beyond the
/// life of any hub, so the sum of the causes it stands for must always equal it: what it is ahead of them is new.
/// Frames that left are those that entered and are in no other column, and so are those that were
/// mirrored: the ledger balances by construction, and whether it is right the far ends show.
package struct KernelLedger {
    package typealias Counter = ForwardingRoute.Counter

    package let portCount: Int
    package let hubPortCount: Int
    /// The counters as of the last time.
    private var last: [UInt64]?
    /// By port, what the programs were told of and the device, or the queue before it, may count, too.
    private var told: (devices: [UInt64], queues: [UInt64])
    /// By port, what the device did not send of what the programs gave it unasked.
    private var dropped: [UInt64]

    package init(portCount: Int, monitorCount: Int) {
        self.portCount = portCount
        hubPortCount = portCount - monitorCount
        dropped = Array(repeating: 0, count: portCount)
        told = (dropped, dropped)
    }

    /// What the kernel's counters must begin at, so that `update` goes on from `ledger`.
    package func counters(of ledger: Ledger) -> [UInt64] {
        var counters = [UInt64](repeating: 0, count: portCount * ForwardingRoute.counterCount)
        for port in 0..<portCount {
            let line = ledger.ports[port]
            func set(_ counter: Counter, _ value: UInt64) {
                counters[ForwardingRoute.place(of: counter, port: port)] = value
            }
            set(.frames, line.rxFrames)
            set(.octets, line.rxOctets)
            set(.refused, Self.refused(line))
            let due = sources(of: port).reduce(0) { $0 &+ ledger.ports[$1].rxFrames }
            set(.notTaken, due &- min(due, line.txFrames))
            set(.notBuffered, line.mirrorLost[.receiveOverflow])
            set(.notKept, line.mirrorLost[.notKept])
            set(.shed, line.mirrorLost[.shed])
            for (cause, frames, octets) in Self.cuts {
                if let frames { set(frames, line.mirrorCut[cause]) }
                set(octets, line.mirrorCutOctets[cause])
            }
        }
        return counters
    }

    /// Takes the kernel's counters in.
    ///
    /// - Parameters:
    ///   - ledger: The ledger as it was, with the states of the ports as they are.
    ///   - counters: The sums over all processors.
    ///   - drops: Frames that each port was given and did not send, since the last time.
    package mutating func update(
        _ ledger: inout Ledger,
        _ counters: [UInt64],
        drops: SendDrops.Counts
    ) {
        func value(_ counter: Counter, _ port: Int) -> UInt64 {
            counters[ForwardingRoute.place(of: counter, port: port)]
        }
        for port in 0..<portCount {
            var line = ledger.ports[port]
            line.rxFrames = value(.frames, port)
            line.rxOctets = value(.octets, port)
            if port < hubPortCount {
                let isOtherDown = (0..<hubPortCount).contains { other in
                    other != port && !ledger.ports[other].isUp
                }
                let counted = value(.refused, port) &+ value(.tooShort, port)
                line.notForwarded[isOtherDown ? .linkDown : .transmitError] &+=
                    counted &- min(counted, Self.refused(line))
                noteMirror(&line) { value($0, port) }
            } else {
                line.notForwarded[.monitor] = line.rxFrames
                line.mirrorLost[.monitor] = line.rxFrames
            }
            ledger.ports[port] = line
        }
        noteDrops(&ledger, counters, drops)
        for port in 0..<portCount { balance(&ledger, port, counters) }
        last = counters
    }

    /// What the mirror has not.
    private func noteMirror(_ line: inout PortLedger, _ value: (Counter) -> UInt64) {
        line.mirrorLost[.receiveOverflow] = value(.notBuffered) &+ value(.notRead)
        line.mirrorLost[.notKept] = value(.notKept)
        line.mirrorLost[.shed] = value(.shed)
        for (cause, frames, octets) in Self.cuts {
            line.mirrorCut[cause] = value(frames ?? .shed)
            line.mirrorCutOctets[cause] = value(octets)
        }
    }

    /// What devices did not send of what they had taken: that, a program is never told.
    ///
    /// With several ports it is not known which one the frame entered: it counts for the one that most did.
    private mutating func noteDrops(
        _ ledger: inout Ledger,
        _ counters: [UInt64],
        _ drops: SendDrops.Counts
    ) {
        func growth(_ counter: Counter, _ port: Int) -> UInt64 {
            let place = ForwardingRoute.place(of: counter, port: port)
            return counters[place] &- (last?[place] ?? counters[place])
        }
        for port in 0..<portCount {
            let news = unasked(port, refused: growth(.notTaken, port), drops)
            dropped[port] &+= news
            guard port < hubPortCount, news > 0,
                let source = sources(of: port).max(by: {
                    growth(.frames, $0) < growth(.frames, $1)
                })
            else { continue }
            ledger.ports[source].notForwarded[.transmitFull] &+= news
        }
    }

    /// How many drops of a port are of frames that no program was told of.
    ///
    /// What a program was told of, device or queue has counted, too, perhaps only when it is asked the next time.
    private mutating func unasked(
        _ port: Int,
        refused: UInt64,
        _ drops: SendDrops.Counts
    ) -> UInt64 {
        let byDevice = min(drops.devices[port], told.devices[port] &+ refused)
        told.queues[port] &+= refused
        told.queues[port] &-= min(told.queues[port], byDevice)
        let late = told.devices[port] &+ refused &- byDevice
        told.devices[port] = min(refused, late)
        guard let queues = drops.queues else { return drops.devices[port] &- byDevice }
        let byQueue = min(queues[port], told.queues[port])
        told.queues[port] = min(refused, told.queues[port] &- byQueue)
        return drops.devices[port] &- byDevice &+ (queues[port] &- byQueue)
    }

    /// What is in no other column crossed, and is in the mirror.
    private func balance(_ ledger: inout Ledger, _ port: Int, _ counters: [UInt64]) {
        func value(_ counter: Counter, _ port: Int) -> UInt64 {
            counters[ForwardingRoute.place(of: counter, port: port)]
        }
        var line = ledger.ports[port]
        line.forwarded = line.rxFrames &- min(line.rxFrames, line.notForwarded.total)
        line.mirrored = line.rxFrames &- min(line.rxFrames, line.mirrorLost.total)
        let due = sources(of: port).reduce(0) { $0 &+ value(.frames, $1) &- value(.tooShort, $1) }
        let missing = value(.notTaken, port) &+ dropped[port]
        line.txFrames = due &- min(due, missing)
        // Octets of frames that did not leave are among them.
        line.txOctets = sources(of: port).reduce(0) { $0 &+ value(.octets, $1) }
        ledger.ports[port] = line
    }

    /// The ports whose frames leave by a port.
    private func sources(of port: Int) -> [Int] { (0..<hubPortCount).filter { $0 != port } }

    /// Which counters tell of frames that are not copied whole; those left out are counted as lost.
    private static let cuts: [(MirrorCut, frames: Counter?, octets: Counter)] = [
        (.asked, .askedFrames, .askedOctets), (.bulk, .bulkFrames, .bulkOctets),
        (.other, .otherFrames, .otherOctets), (.whole, nil, .shedOctets),
    ]

    // What the counters of frames that were not forwarded stand for.
    private static func refused(_ line: PortLedger) -> UInt64 {
        line.notForwarded[.transmitError] &+ line.notForwarded[.linkDown]
    }
}
