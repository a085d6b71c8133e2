public import TapStore
public import TapWire

/// The counters of the hub and of what stands behind it, at one moment: the `hub` object of a `stats` event.
public struct StatsReport: Hashable, Sendable {
    /// When the counters stood so.
    public var time: Timestamp
    /// How frames cross: `packet` or `kernel`; nil when no hub is known.
    public var plane: String?
    /// The ledger, one line a port.
    public var ports: [Port]
    /// The mirror ring; nil when there is none.
    public var ring: Ring?
    /// Who reads the ring.
    public var observers: [Observer]
    /// What became of the frames on the way to the observers, each count by its name; nil where none reads them.
    public var streams: [String: UInt64]?
    /// The outboxes of the sinks.
    public var sinks: [OutboxLedger]
    /// What became of evidence since the observer began; nil if it keeps none.
    public var evidence: EvidenceLedger?

    /// Creates a report.
    public init(
        time: Timestamp,
        plane: String? = nil,
        ports: [Port] = [],
        ring: Ring? = nil,
        observers: [Observer] = [],
        sinks: [OutboxLedger] = []
    ) {
        self.time = time
        self.plane = plane
        self.ports = ports
        self.ring = ring
        self.observers = observers
        self.sinks = sinks
    }

    /// The ledger of one port.
    public struct Port: Hashable, Sendable, Encodable {
        /// The name of the interface.
        public var name: String
        /// True if the port may send nothing.
        public var isMonitor: Bool
        /// Whether the port is up and has a carrier.
        public var isUp: Bool
        /// How the port's link is, by the name of the state.
        public var state: String
        /// Frames that entered.
        public var rxFrames: UInt64
        /// Octets that entered.
        public var rxOctets: UInt64
        /// Frames sent out.
        public var txFrames: UInt64
        /// Octets sent out.
        public var txOctets: UInt64
        /// Frames that left by every other port.
        public var forwarded: UInt64
        /// Frames that did not, by the name of the cause; every cause is there.
        public var notForwarded: [String: UInt64]
        /// Frames that are in the ring.
        public var mirrored: UInt64
        /// Frames that are not, by the name of the cause; every cause is there.
        public var mirrorLost: [String: UInt64]
        /// Frames of which the ring does not have all octets, by the name of the cause; every cause is there.
        public var mirrorCut: [String: Cut]

        /// What the ring does not have of frames.
        public struct Cut: Hashable, Sendable, Encodable {
            /// How many frames.
            public var frames: UInt64
            /// How many of their octets.
            public var octets: UInt64

            private enum CodingKeys: String, CodingKey {
                case frames
                case octets = "bytes"
            }
        }

        /// The line of `ledger` for the port called `name`.
        public init(name: String, isMonitor: Bool = false, ledger: PortLedger) {
            self.name = name
            self.isMonitor = isMonitor
            isUp = ledger.isUp
            state = ledger.state.name
            rxFrames = ledger.rxFrames
            rxOctets = ledger.rxOctets
            txFrames = ledger.txFrames
            txOctets = ledger.txOctets
            forwarded = ledger.forwarded
            mirrored = ledger.mirrored
            notForwarded = [:]
            mirrorLost = [:]
            mirrorCut = [:]
            for cause in ForwardLoss.allCases {
                notForwarded[cause.name] = ledger.notForwarded[cause]
            }
            for cause in MirrorLoss.allCases { mirrorLost[cause.name] = ledger.mirrorLost[cause] }
            for cause in MirrorCut.allCases {
                mirrorCut[cause.name] = Cut(
                    frames: ledger.mirrorCut[cause],
                    octets: ledger.mirrorCutOctets[cause]
                )
            }
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case isMonitor = "monitor"
            case isUp = "up"
            case state
            case rxFrames = "rx_frames"
            case rxOctets = "rx_bytes"
            case txFrames = "tx_frames"
            case txOctets = "tx_bytes"
            case forwarded
            case notForwarded = "not_forwarded"
            case mirrored
            case mirrorLost = "mirror_lost"
            case mirrorCut = "mirror_cut"
        }
    }

    /// How far back the mirror ring goes.
    public struct Ring: Hashable, Sendable {
        /// The file.
        public var path: String
        /// How many octets it has.
        public var size: UInt64
        /// How many octets of it are in use.
        public var used: UInt64
        /// How many frames of each port it holds, by the port's name.
        public var held: [String: UInt64]
        /// The oldest frame in it.
        public var firstSequence: UInt64
        /// The next frame that will be written.
        public var nextSequence: UInt64
        /// When the oldest frame arrived; nil while there is none.
        public var oldest: Timestamp?
        /// When the newest frame arrived; nil while there is none.
        public var newest: Timestamp?
        /// How far it is written out; nil for a ring in memory, or one left to the kernel.
        public var sync: Sync?

        /// How far a ring on a disk is written out.
        public struct Sync: Hashable, Sendable {
            /// How long its writer waits between two times.
            public var interval: Duration
            /// Everything in it by then is on the disk; nil if nothing is known to be.
            public var synced: Timestamp?
            /// How often writing out failed.
            public var failures: UInt64

            /// Creates what is told of it.
            public init(interval: Duration, synced: Timestamp?, failures: UInt64) {
                self.interval = interval
                self.synced = synced
                self.failures = failures
            }
        }

        /// Creates a ring's line.
        public init(
            path: String,
            size: UInt64,
            used: UInt64 = 0,
            held: [String: UInt64] = [:],
            firstSequence: UInt64,
            nextSequence: UInt64,
            oldest: Timestamp? = nil,
            newest: Timestamp? = nil,
            sync: Sync? = nil
        ) {
            self.path = path
            self.size = size
            self.used = used
            self.held = held
            self.sync = sync
            self.firstSequence = firstSequence
            self.nextSequence = nextSequence
            self.oldest = oldest
            self.newest = newest
        }
    }

    /// How far an observer has come.
    public struct Observer: Hashable, Sendable, Encodable {
        /// The name of the observer.
        public var name: String
        /// Frames it has seen.
        public var frames: UInt64
        /// Frames in the ring that it has yet to see.
        public var lag: UInt64
        /// Frames it never saw because the ring went round before it came.
        public var missed: UInt64
        /// Connections it follows now.
        public var flows: UInt64
        /// Events it has reported.
        public var events: UInt64
        /// Alerts that its rules have raised.
        public var alerts: UInt64

        /// Creates an observer's line.
        public init(
            name: String,
            frames: UInt64 = 0,
            lag: UInt64 = 0,
            missed: UInt64 = 0,
            flows: UInt64 = 0,
            events: UInt64 = 0,
            alerts: UInt64 = 0
        ) {
            self.name = name
            self.frames = frames
            self.lag = lag
            self.missed = missed
            self.flows = flows
            self.events = events
            self.alerts = alerts
        }
    }
}
