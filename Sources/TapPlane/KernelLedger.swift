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
    /// The counters of frames that another port did not take, as of the last time.
    private var last: [UInt64]?

    package init(portCount: Int, monitorCount: Int) {
        self.portCount = portCount
        hubPortCount = portCount - monitorCount
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
    ///   - dropped: Frames that the device of the only other port was given and did not send since the last time,
    ///     by the port they entered; none where there are several other ports.
    package mutating func update(_ ledger: inout Ledger, _ counters: [UInt64], dropped: [UInt64]) {
        func value(_ counter: Counter, _ port: Int) -> UInt64 {
            counters[ForwardingRoute.place(of: counter, port: port)]
        }
        let refused = (0..<portCount).map { value(.refused, $0) }
        for port in 0..<portCount {
            var line = ledger.ports[port]
            line.rxFrames = value(.frames, port)
            line.rxOctets = value(.octets, port)
            if port < hubPortCount {
                let isOtherDown = (0..<hubPortCount).contains { other in
                    other != port && !ledger.ports[other].isUp
                }
                let counted = refused[port] &+ value(.tooShort, port)
                line.notForwarded[isOtherDown ? .linkDown : .transmitError] &+=
                    counted &- min(counted, Self.refused(line))
                // A device counts what it did not take of frames that the program asked about, too.
                let told = refused[port] &- min(refused[port], last?[port] ?? refused[port])
                line.notForwarded[.transmitFull] &+= dropped[port] &- min(dropped[port], told)
                line.mirrorLost[.receiveOverflow] =
                    value(.notBuffered, port) &+ value(.notRead, port)
                line.mirrorLost[.notKept] = value(.notKept, port)
                line.mirrorLost[.shed] = value(.shed, port)
                for (cause, frames, octets) in Self.cuts {
                    line.mirrorCut[cause] = value(frames ?? .shed, port)
                    line.mirrorCutOctets[cause] = value(octets, port)
                }
            } else {
                line.notForwarded[.monitor] = line.rxFrames
                line.mirrorLost[.monitor] = line.rxFrames
            }
            line.forwarded = line.rxFrames &- min(line.rxFrames, line.notForwarded.total)
            line.mirrored = line.rxFrames &- min(line.rxFrames, line.mirrorLost.total)
            ledger.ports[port] = line
        }
        last = refused
        sumUpSent(&ledger)
    }

    // By every port leaves what entered by the others; octets of frames that did not are among them.
    private func sumUpSent(_ ledger: inout Ledger) {
        let sources = ledger.ports.prefix(hubPortCount)
        let frames = sources.reduce(0) { $0 &+ $1.forwarded }
        let octets = sources.reduce(0) { $0 &+ $1.rxOctets }
        for port in 0..<portCount {
            let isSource = port < hubPortCount
            ledger.ports[port].txFrames = frames &- (isSource ? ledger.ports[port].forwarded : 0)
            ledger.ports[port].txOctets = octets &- (isSource ? ledger.ports[port].rxOctets : 0)
        }
    }

    /// Which counters tell of frames that are not copied whole; those left out are counted as lost.
    private static let cuts: [(MirrorCut, frames: Counter?, octets: Counter)] = [
        (.asked, .askedFrames, .askedOctets), (.bulk, .bulkFrames, .bulkOctets),
        (.other, .otherFrames, .otherOctets), (.whole, nil, .shedOctets),
    ]

    // What the counter of frames that were not forwarded stands for.
    private static func refused(_ line: PortLedger) -> UInt64 {
        line.notForwarded[.transmitError] &+ line.notForwarded[.linkDown]
    }
}
