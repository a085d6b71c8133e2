public import TapFlow
public import TapWire

/// Events of streams that were written down, to be taken later and elsewhere.
///
/// What a reassembler tells on one thread is read by the observers on another: `StreamCollector` writes batches,
/// `Pipeline.process(_:into:)` takes them.
public struct StreamBatch: Sendable {
    /// One event; its octets, and what else takes memory of its own, apart, so that no references are counted for it.
    struct Entry: Sendable {
        var flow: FlowID
        var moment: Moment
        var ingressA: PortIndex?
        var ingressB: PortIndex?
        var oddSegments: UInt8
        var event: Event

        /// How many octets of it were copied.
        var copiedByteCount: Int { if case .copied(let count, _) = event { count } else { 0 } }
    }

    /// What a reverse lookup has said, told before the event at `place`.
    struct Name: Sendable {
        var place: Int
        var name: ReverseName
    }

    /// What happened.
    enum Event: Sendable {
        /// The connection was seen for the first time; all that is known of it stands in `opened`.
        case opened(place: Int)
        /// Octets that lie in the batch's storage.
        case stored(Range<Int>, from: Side)
        /// The next of the octets that were copied.
        case copied(count: Int, from: Side)
        case closed(CloseReason)
        /// What stands in `others`.
        case other(place: Int)
    }

    /// How many octets, copied or stored, fill a batch: few enough that they stay in a core's cache.
    static let octetLimit = 256 * 1_024
    /// How many events fill it.
    static let entryLimit = 1_024

    private(set) var entries: [Entry] = []
    /// The connections that were seen for the first time.
    private(set) var opened: [Flow] = []
    /// The events that are neither octets nor beginnings nor ends of connections.
    private(set) var others: [HeldEvent] = []
    /// In the order of their places.
    private(set) var names: [Name] = []
    /// Where frames lie whose octets are not copied; never written while a batch has it.
    public var storage: any OctetStore = NoOctets()
    /// The octets that were copied, one behind the other.
    private(set) var octets: [UInt8] = []
    /// How many octets the events have that lie in the storage.
    private var storedByteCount = 0

    /// Nothing yet.
    public init() {
        entries.reserveCapacity(Self.entryLimit)
    }

    /// True if it is time to hand the batch on.
    public var isFull: Bool {
        entries.count &+ names.count >= Self.entryLimit
            || octets.count &+ storedByteCount >= Self.octetLimit
    }

    /// True if nothing was written down.
    public var isEmpty: Bool { entries.isEmpty && names.isEmpty }

    /// Writes an event down.
    mutating func append(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment
    ) {
        let written: Event
        switch copy event {
        case .opened:
            written = .opened(place: opened.count)
            opened.append(copy flow)
        case .bytes(let bytes, let side):
            if let range = storage.octets.indices(of: bytes) {
                storedByteCount &+= bytes.count
                written = .stored(range, from: side)
            } else {
                octets.append(copying: bytes)
                written = .copied(count: bytes.count, from: side)
            }
        case .closed(let reason): written = .closed(reason)
        case .gap, .conflict, .ended:
            written = .other(place: others.count)
            others.append(HeldEvent(event))
        }
        entries.append(
            Entry(
                flow: flow.id,
                moment: moment,
                ingressA: flow.ingressA,
                ingressB: flow.ingressB,
                oddSegments: flow.oddSegments,
                event: written
            )
        )
    }

    /// Writes down what a reverse lookup has said, behind the events so far.
    mutating func append(_ name: ReverseName) {
        names.append(Name(place: entries.count, name: name))
    }

    /// Forgets everything but the storage, and keeps the room it took.
    public mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        opened.removeAll(keepingCapacity: true)
        others.removeAll(keepingCapacity: true)
        names.removeAll(keepingCapacity: true)
        octets.removeAll(keepingCapacity: true)
        storedByteCount = 0
    }
}

/// What the observers have said about flows while they took a batch; `asBefore` for those that were closed in it.
public typealias StreamInterests = [FlowID: StreamInterest]
