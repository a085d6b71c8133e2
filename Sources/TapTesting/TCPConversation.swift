public import TapFlow
public import TapWire

/// Writes the frames of a TCP connection as both ends would send them.
///
///     var conversation = TCPConversation()
///     conversation.open()
///     conversation.send("220 mail.example ESMTP\r\n", from: .b)
///     conversation.send("EHLO client.example\r\n", from: .a)
///     conversation.close()
///     for frame in conversation.frames { pipeline.process(frame.frame, into: &findings) }
public struct TCPConversation: Sendable {
    /// What the connection looks like.
    public struct Settings: Hashable, Sendable {
        /// Who opens the connection.
        public var a = Endpoint(address: IPAddress(v4: 0xCB00_7109), port: 40_001)
        /// Who is called.
        public var b = Endpoint(address: IPAddress(v4: 0xC000_0219), port: 25)
        /// The port of the tap by which the frames of `a` enter.
        public var ingressA = PortIndex(rawValue: 0)
        /// The port of the tap by which the frames of `b` enter.
        public var ingressB = PortIndex(rawValue: 1)
        /// VLAN tags, outermost first.
        public var vlans: [UInt16] = []
        /// When the first frame arrives: 2026-11-23T12:00:00Z.
        public var start = Timestamp(nanoseconds: 1_795_435_200_000_000_000)
        /// How long after one frame the next one arrives.
        public var interval = Duration.milliseconds(1)
        /// The number of the first frame.
        public var firstSequence: UInt64 = 0
        /// The sequence number of the SYN of `a`.
        public var initialNumberA: UInt32 = 1_000
        /// The sequence number of the SYN of `b`.
        public var initialNumberB: UInt32 = 900_000
        /// The most octets that a segment carries.
        public var segmentSize = 1_460
        /// How each run is cut when it is sent once more, as by a sender that missed the acknowledgment; nil if it is not.
        public var retransmission: Segmentation?
        /// True if each side answers octets with an acknowledgment of its own.
        public var acknowledgesAtOnce = true

        /// Creates the settings of an IPv4 connection from 203.0.113.9:40001 to 192.0.2.25:25.
        public init() {}
    }

    /// What the connection looks like.
    public let settings: Settings
    /// The frames so far.
    public private(set) var frames: [OwnedFrame] = []
    /// The time of the next frame.
    public private(set) var now: Timestamp
    /// The number of the next frame.
    public private(set) var nextSequence: UInt64
    /// True while every frame gets the same time and number.
    private var isHoldingMoment = false
    private var numbers: [Side: UInt32]

    /// Creates a connection of which no frame was sent yet.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
        now = settings.start
        nextSequence = settings.firstSequence
        numbers = [.a: settings.initialNumberA, .b: settings.initialNumberB]
    }

    /// The sequence number of the next octet of `side`.
    public func number(of side: Side) -> UInt32 { numbers[side, default: 0] }

    // MARK: What both ends do

    /// The handshake: SYN, SYN/ACK, ACK.
    public mutating func open() {
        emit(from: .a, flags: .syn, options: [2, 4, 0x05, 0xB4, 1, 3, 3, 7])
        skip(1, from: .a)
        emit(from: .b, flags: [.syn, .ack], options: [2, 4, 0x05, 0xB4, 1, 3, 3, 7])
        skip(1, from: .b)
        emit(from: .a)
    }

    /// Sends octets, cut into segments.
    public mutating func send(_ octets: [UInt8], from side: Side) {
        var rest = octets[...]
        while !rest.isEmpty {
            let piece = rest.prefix(settings.segmentSize)
            rest = rest.dropFirst(piece.count)
            sendSegment(Array(piece), from: side)
        }
        if settings.acknowledgesAtOnce { emit(from: side.opposite) }
    }

    /// Sends text, cut into segments.
    public mutating func send(_ text: String, from side: Side) {
        send(Array(text.utf8), from: side)
    }

    /// Sends octets in one segment, however many they are.
    public mutating func sendSegment(_ octets: [UInt8], from side: Side) {
        emit(from: side, flags: [.ack, .psh], payload: octets)
        skip(UInt32(truncatingIfNeeded: octets.count), from: side)
    }

    /// Sends octets once more that began at `number`, in these segments.
    public mutating func sendAgain(_ pieces: [[UInt8]], at number: UInt32, from side: Side) {
        var next = number
        for piece in pieces {
            emit(from: side, number: next, flags: [.ack, .psh], payload: piece)
            next &+= UInt32(truncatingIfNeeded: piece.count)
        }
    }

    /// The other side of `side` acknowledges what it has.
    public mutating func acknowledge(from side: Side) { emit(from: side) }

    /// Moves on as if `side` had sent octets that the tap never sees.
    public mutating func lose(_ byteCount: Int, from side: Side) {
        skip(UInt32(truncatingIfNeeded: byteCount), from: side)
    }

    /// Sends the FIN of one side.
    public mutating func finish(from side: Side) {
        emit(from: side, flags: [.ack, .fin])
        skip(1, from: side)
    }

    /// Both sides end the connection, `side` first.
    public mutating func close(by side: Side = .a) {
        finish(from: side)
        emit(from: side.opposite)
        finish(from: side.opposite)
        emit(from: side)
    }

    /// Gives the connection up.
    public mutating func reset(from side: Side) { emit(from: side, flags: [.ack, .rst]) }

    /// Lets time pass.
    public mutating func wait(_ duration: Duration) { now = now.advanced(by: duration) }

    /// Adds any segment; what is sent after it is not moved on by it.
    public mutating func emit(
        from side: Side,
        number: UInt32? = nil,
        flags: TCPFlags = .ack,
        acknowledging acknowledgment: UInt32? = nil,
        options: [UInt8] = [],
        payload: [UInt8] = []
    ) {
        let fields = SegmentFields(
            from: side == .a ? settings.a : settings.b,
            to: side == .a ? settings.b : settings.a,
            sequenceNumber: number ?? self.number(of: side),
            acknowledgmentNumber: flags.contains(.ack)
                ? acknowledgment ?? self.number(of: side.opposite) : 0,
            flags: flags,
            options: options,
            payload: payload
        )
        var builder = FrameBuilder()
        builder.vlans = settings.vlans
        if side == .b { swap(&builder.source, &builder.destination) }
        append(builder.tcp(fields), from: side)
    }

    /// Adds a frame with the next time and number.
    public mutating func append(_ octets: [UInt8], from side: Side) {
        let frame = OwnedFrame(
            octets: octets,
            arrival: now,
            sequence: nextSequence,
            ingress: side == .a ? settings.ingressA : settings.ingressB
        )
        frames.append(frame)
        guard !isHoldingMoment else { return }
        now = now.advanced(by: settings.interval)
        nextSequence &+= 1
    }

    /// Gives all frames that `body` adds the same time and number, however many they are.
    public mutating func atOneMoment(_ body: (inout TCPConversation) -> Void) {
        isHoldingMoment = true
        body(&self)
        isHoldingMoment = false
        now = now.advanced(by: settings.interval)
        nextSequence &+= 1
    }

    private mutating func skip(_ count: UInt32, from side: Side) {
        numbers[side, default: 0] &+= count
    }
}
