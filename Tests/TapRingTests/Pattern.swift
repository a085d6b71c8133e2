import TapRing
import TapWire

/// Frames whose every octet follows from their number, so that a torn one cannot be taken for whole.
enum Pattern {
    /// The octets of the frame numbered `number`.
    static func octets(_ number: UInt64, count: Int) -> [UInt8] {
        var state = number
        var word: UInt64 = 0
        var octets = [UInt8]()
        octets.reserveCapacity(count)
        for index in 0..<count {
            if index % 8 == 0 { word = next(&state) }
            octets.append(UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8)))
        }
        return octets
    }

    /// A length from 0 to `limit`, mostly short, that follows from the number.
    static func length(_ number: UInt64, limit: Int) -> Int {
        var state = number ^ 0xA5A5
        let choice = next(&state)
        return Int(next(&state) % UInt64(choice % 8 == 0 ? limit + 1 : min(limit, 200) + 1))
    }

    /// When the frame numbered `number` arrived.
    static func time(_ number: UInt64) -> Timestamp {
        Timestamp(nanoseconds: 1_000_000_000 + Int64(number) * 1000)
    }

    /// splitmix64.
    static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

extension RingWriter {
    /// Mirrors octets as a frame that follows from the writer's own numbering.
    @discardableResult
    mutating func put(
        _ octets: [UInt8],
        time: Timestamp? = nil,
        port: UInt8 = 0,
        flags: FrameFlags = [],
        tag: VLANTag? = nil
    ) -> MirrorLoss? {
        let metadata = FrameMetadata(
            arrival: time ?? Pattern.time(nextSequence),
            sequence: 0,
            wireLength: UInt32(octets.count + (tag == nil ? 0 : 4)),
            ingress: PortIndex(rawValue: port),
            flags: flags
        )
        return mirror(Frame(octets.span, metadata), restoring: tag)
    }

    /// Mirrors the pattern frame of the next number.
    mutating func putPattern(limit: Int = 1514) {
        let number = nextSequence
        put(Pattern.octets(number, count: Pattern.length(number, limit: limit)))
    }
}

/// What a reader gave, owned.
enum Read: Equatable {
    case frame(FrameMetadata, [UInt8])
    case gap(FrameGap)

    init(_ entry: RingEntry) {
        switch entry {
        case .frame(let frame): self = .frame(frame.metadata, frame.octets)
        case .gap(let gap): self = .gap(gap)
        }
    }

    var octets: [UInt8]? {
        if case .frame(_, let octets) = self { octets } else { nil }
    }

    var sequence: UInt64? {
        if case .frame(let metadata, _) = self { metadata.sequence } else { nil }
    }

    /// True if this is the pattern frame of its number.
    func isPattern(limit: Int = 1514) -> Bool {
        guard case .frame(let metadata, let octets) = self else { return false }
        let number = metadata.sequence
        return metadata.arrival == Pattern.time(number)
            && octets == Pattern.octets(number, count: Pattern.length(number, limit: limit))
    }
}

extension Frame {
    // SAFETY: the buffer is borrowed for the copy only.
    var octets: [UInt8] { unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) } }
}

extension RingReader {
    mutating func read() throws(RingError) -> Read? {
        if let entry = try next() { Read(entry) } else { nil }
    }

    mutating func read(where isWanted: (borrowing Frame) -> Bool) throws(RingError) -> Read? {
        if let entry = try next(where: isWanted) { Read(entry) } else { nil }
    }

    mutating func read(
        choosing choose: (borrowing Frame) -> FrameChoice
    ) throws(RingError) -> Read? {
        if let entry = try next(choosing: choose) { Read(entry) } else { nil }
    }

    /// Everything up to the end.
    mutating func readAll() throws(RingError) -> [Read] {
        var all: [Read] = []
        while let entry = try read() { all.append(entry) }
        return all
    }
}
