public import TapWire

/// What became of the frames that came in.
public struct FlowStatistics: Hashable, Sendable {
    /// Frames that were looked at.
    public var frames: UInt64 = 0
    /// TCP segments among them.
    public var segments: UInt64 = 0
    /// TCP segments among them that came in tunnels.
    public var tunnelledSegments: UInt64 = 0
    /// Frames that are no IP.
    public var otherNetworks: UInt64 = 0
    /// IP packets that are no TCP.
    public var otherTransports: UInt64 = 0
    /// Responses to reverse lookups among them that told of a name, or that there is none.
    public var reverseNames: UInt64 = 0
    /// Frames of a link type that is not known.
    public var unknownLinks: UInt64 = 0
    /// Fragments of IP packets.
    public var fragments: UInt64 = 0
    /// IP packets that were put together from fragments.
    public var joinedPackets: UInt64 = 0
    /// IP packets whose fragments did not all come in time, or had to make room.
    public var incompletePackets: UInt64 = 0
    /// IP packets whose fragments did not fit together.
    public var spoiledPackets: UInt64 = 0
    /// Frames whose headers could not be read, by layer.
    public var malformed: [DecodeError.Layer: UInt64] = [:]
    /// Flows that were opened.
    public var flowsOpened: UInt64 = 0
    /// Those among them whose handshake was not seen.
    public var flowsMidstream: UInt64 = 0
    /// Flows that were closed, for whatever reason.
    public var flowsClosed: UInt64 = 0
    /// Those among them that had to make room.
    public var flowsEvicted: UInt64 = 0
    /// Those among the evicted that the receiver had asked to be spared.
    public var flowsEvictedValued: UInt64 = 0
    /// Handshakes that who began them never finished; they are no flows.
    public var flowsUnconfirmed: UInt64 = 0
    /// Connection attempts that were forgotten to make room.
    public var attemptsEvicted: UInt64 = 0
    /// Octets that were handed on.
    public var deliveredOctets: UInt64 = 0
    /// Octets that had been seen before.
    public var repeatedOctets: UInt64 = 0
    /// Octets of a retransmission that were not those sent first.
    public var conflictingOctets: UInt64 = 0
    /// Segments that came by a second port or in a second VLAN within 5 ms: the same frame, seen on both sides of something.
    public var copiedSegments: UInt64 = 0
    /// Segments with octets whose time to live is not that of the first of their side.
    public var oddHopLimits: UInt64 = 0
    /// Holes that were given up.
    public var gaps: UInt64 = 0
    /// Octets in them.
    public var gapOctets: UInt64 = 0
    /// Holes among them that were given up because of a limit.
    public var forcedGaps: UInt64 = 0
    /// Segments, FINs and RSTs that lie outside the window.
    public var outOfWindow: UInt64 = 0
    /// RSTs inside the window that do not stand where the next octet belongs: receivers ask back (RFC 5961).
    public var challengedResets: UInt64 = 0
    /// Frames that the mirror could not deliver.
    public var lostFrames: UInt64 = 0

    /// Nothing yet.
    public init() {}

    /// Frames whose headers could not be read.
    public var malformedFrames: UInt64 { malformed.values.reduce(0, &+) }

    /// Frames that hold no TCP.
    public var otherFrames: UInt64 { otherNetworks &+ otherTransports &+ unknownLinks }
}

extension FlowStatistics {
    /// Every count with its name, as `status` and events show it.
    public var named: [(name: String, count: UInt64)] {
        frameCounts + flowCounts + octetCounts
            + malformed.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { ("malformed_\($0.key)", $0.value) }
    }

    private var frameCounts: [(name: String, count: UInt64)] {
        [
            ("frames", frames), ("segments", segments), ("tunnelled_segments", tunnelledSegments),
            ("no_ip", otherNetworks), ("no_tcp", otherTransports), ("unknown_link", unknownLinks),
            ("fragments", fragments), ("joined_packets", joinedPackets),
            ("incomplete_packets", incompletePackets), ("spoiled_packets", spoiledPackets),
            ("lost_frames", lostFrames), ("copied_segments", copiedSegments),
            ("reverse_names", reverseNames),
        ]
    }

    private var flowCounts: [(name: String, count: UInt64)] {
        [
            ("flows_opened", flowsOpened), ("flows_midstream", flowsMidstream),
            ("flows_closed", flowsClosed), ("flows_evicted", flowsEvicted),
            ("flows_evicted_valued", flowsEvictedValued), ("flows_unconfirmed", flowsUnconfirmed),
            ("attempts_evicted", attemptsEvicted),
        ]
    }

    private var octetCounts: [(name: String, count: UInt64)] {
        [
            ("delivered_octets", deliveredOctets), ("repeated_octets", repeatedOctets),
            ("conflicting_octets", conflictingOctets), ("gaps", gaps), ("gap_octets", gapOctets),
            ("forced_gaps", forcedGaps), ("out_of_window", outOfWindow),
            ("challenged_resets", challengedResets), ("odd_hop_limits", oddHopLimits),
        ]
    }
}
