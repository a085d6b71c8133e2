import TapRing
import TapSinks
import TapWire

/// What a ring says of its hub at one moment.
struct RingSnapshot {
    /// The file of the ring.
    var path: String
    /// The hub's ports.
    var ports: [RingPort]
    /// What became of their frames.
    var ledger: Ledger
    /// What the ring holds.
    var statistics: RingStatistics
    /// The process that fills it.
    var writer: RingWriterStatus
    /// When this was looked at.
    var time: Timestamp

    /// Looks at the ring that `reader` reads.
    init(_ reader: borrowing RingReader, path: String) throws(RingError) {
        self.path = path
        ports = reader.ports
        ledger = try reader.ledger()
        statistics = try reader.statistics()
        writer = try reader.writer()
        time = .now
    }

    /// The counters as a `stats` event has them.
    var report: StatsReport {
        StatsReport(
            time: time,
            plane: writer.plane.name,
            ports: zip(ports, ledger.ports).map { port, line in
                StatsReport.Port(name: port.name, isMonitor: port.isMonitor, ledger: line)
            },
            ring: StatsReport.Ring(
                path: path,
                size: UInt64(statistics.byteCount),
                used: UInt64(statistics.usedByteCount),
                held: Dictionary(
                    zip(ports.map(\.name), statistics.portFrames),
                    uniquingKeysWith: &+
                ),
                firstSequence: statistics.oldestSequence,
                nextSequence: statistics.nextSequence,
                oldest: statistics.oldestTime,
                newest: statistics.newestTime,
                sync: writer.sync.map { sync in
                    StatsReport.Ring.Sync(
                        interval: sync.interval,
                        synced: sync.synced,
                        failures: sync.failures
                    )
                }
            )
        )
    }
}
