public import TapWire

/// Turns frames into the streams of TCP connections.
///
/// Pure and deterministic: time comes from the frames, so that the same frames give the same events, from a live wire
/// or from a file.
///
/// Limits: those of `FlowLimits`. No memory is allocated for a segment that comes in order.
public struct StreamReassembler: ~Copyable {
    var limits: FlowLimits { context.limits }
    var context: StreamContext
    var table = FlowTable()
    var attempts: AttemptTable
    var fragments: FragmentTable
    /// The latest time of any frame.
    var clock = Timestamp.distantPast
    /// Before this time nothing can have waited too long.
    var nextExpiry = Timestamp.distantPast
    let timeouts: FlowTimeouts

    /// Creates a reassembler that has seen nothing.
    public init(limits: FlowLimits = FlowLimits()) {
        context = StreamContext(
            moment: Moment(time: .distantPast, sequence: 0),
            limits: limits
        )
        attempts = AttemptTable(
            capacity: limits.maximumAttempts,
            maximumOctets: limits.maximumAttemptOctets
        )
        fragments = FragmentTable(limits: limits)
        timeouts = FlowTimeouts(limits)
    }

    /// What became of the frames so far.
    public var statistics: FlowStatistics {
        var statistics = context.statistics
        statistics.attemptsEvicted = attempts.evictedCount
        statistics.incompletePackets = fragments.incompleteCount
        statistics.spoiledPackets = fragments.spoiledCount
        return statistics
    }

    /// How many connections are followed, those included that have just been closed.
    public var flowCount: Int { table.count }

    /// The last frame that was taken, and the latest time of any.
    public var position: Moment { Moment(time: clock, sequence: context.moment.sequence) }

    /// The number of the oldest frame that something still depends on; nil if a reader could begin anywhere.
    ///
    /// That is the first frame of the oldest connection that is open and wanted, or of the oldest connection attempt
    /// or packet in fragments.
    public var oldestLiveSequence: UInt64? {
        mutating get {
            [table.oldestFirstSequence(), attempts.oldestSequence, fragments.oldestSequence]
                .compactMap(\.self).min()
        }
    }

    /// The flows that are open and wanted, and those that connection attempts may become.
    public var openFlows: [FlowID] { table.openFlows + attempts.flows }

    /// Takes the next frame and tells `receiver` what it completes.
    public mutating func process(
        _ frame: borrowing Frame,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        if frame.metadata.arrival > clock {
            expire(at: frame.metadata.arrival, into: &receiver)
        } else if frame.metadata.arrival < clock {
            // What begins in the past may end before anything else does.
            nextExpiry = .distantPast
        }
        context.moment = Moment(time: frame.metadata.arrival, sequence: frame.metadata.sequence)
        context.statistics.frames &+= 1
        let ingress = frame.metadata.ingress
        let isPlain = TCPSegment.withPlain(frame) { segment in
            process(segment, ingress: ingress, into: &receiver)
        }
        if isPlain { return }
        do throws(DecodeError) {
            switch try Packet(decoding: frame) {
            case .segment(let segment): process(segment, ingress: ingress, into: &receiver)
            case .fragment(let fragment):
                context.statistics.fragments &+= 1
                guard let joined = fragments.take(fragment, at: context.moment) else { return }
                process(joined, ingress: ingress, into: &receiver)
            case .datagram(let content):
                context.statistics.otherTransports &+= 1
                look(at: content, into: &receiver)
            case .otherTransport: context.statistics.otherTransports &+= 1
            case .otherNetwork where frame.metadata.linkType.isKnown:
                context.statistics.otherNetworks &+= 1
            case .otherNetwork: context.statistics.unknownLinks &+= 1
            }
        } catch {
            countMalformed(error)
        }
    }

    /// Octets of frames from now on lie in `storage`, or not if its octets do not last.
    ///
    /// What is remembered of octets in the one before is copied, so that this may be gone afterwards.
    public mutating func lookInto(_ storage: any OctetStore) {
        guard storage.isLasting || context.storage.isLasting, storage !== context.storage else {
            return
        }
        table.copyHistories(in: &context)
        context.storage = storage.isLasting ? storage : NoOctets()
    }

    /// Notes that frames were lost before they could be read; streams find their own holes by their numbers.
    public mutating func noteGap(frameCount: UInt64) {
        context.statistics.lostFrames &+= frameCount
    }

    /// Tells `receiver` that the input has ended: every flow that is open is closed.
    public mutating func finish(into receiver: inout some StreamReceiver & ~Copyable) {
        while let slot = table.first(waitingFor: .lingering) { table.remove(slot) }
        for waiting in FlowTable.Waiting.allCases {
            while let slot = table.first(waitingFor: waiting) {
                end(slot, table.connections[slot].reason(or: .inputEnded), into: &receiver)
            }
        }
        attempts.removeAll()
        fragments.removeAll()
    }

    private mutating func countMalformed(_ error: DecodeError) {
        context.statistics.malformed[error.layer, default: 0] &+= 1
    }

    private mutating func process(
        _ packet: FragmentTable.JoinedPacket,
        ingress: PortIndex,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        context.statistics.joinedPackets &+= 1
        let inner: Packet
        do {
            inner = try Packet(
                decoding: packet.payload.span,
                of: packet.header,
                in: packet.encapsulation
            )
        } catch {
            return countMalformed(error)
        }
        guard case .segment(let segment) = inner else {
            context.statistics.otherTransports &+= 1
            return
        }
        process(segment, ingress: ingress, into: &receiver)
    }
}
