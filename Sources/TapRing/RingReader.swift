import CTap
import SystemPackage
import TapLinux
public import TapWire

/// One of any number of readers of a mirror ring.
///
/// Theory of operation. A reader stands at an octet of a block and knows the number of the frame that
/// must come there. It copies the frame out and then looks at the block's state word again: if another
/// block was begun in the place meanwhile, the copy is dropped, the reader goes to where the ring
/// begins now, and the numbers in between are a gap. A frame whose checksum is wrong is passed: it is a
/// gap once a whole one is found behind it. The ring is outside input: nothing in it is given
/// unless it was copied out and checked, and whatever it holds, each search is bounded.
@safe public struct RingReader: ~Copyable, @unchecked Sendable {
    // SAFETY: there is one owner of this value, and mapped memory belongs to no thread.
    let file: RingFile
    private var buffer = FrameBuffer()
    /// Where the reader stands.
    var place: RingPlace
    /// The gap that comes next.
    var gap: FrameGap?
    /// How many frames were passed because they were not wanted.
    public private(set) var passedCount: UInt64 = 0
    private var linkTypes = InlineArray<32, LinkType>(repeating: .ethernet)
    @unsafe private var block: UnsafePointer<ctap_ring_block>

    /// The ports in the order of their indices, as they were when the ring was opened.
    public let ports: [RingPort]

    /// Opens a ring for reading; nothing in it is changed, and its writer may be alive or dead.
    public init(path: String, from position: RingPosition = .oldest) throws(RingError) {
        var file = try RingFile.open(path, access: .readOnly)
        // After a loss of power the header may be older than the blocks.
        if try file.writerStatus().state == .dead {
            file.newestAtOpening = file.newestBlock()?.header.ordinal ?? 0
        }
        let place = try file.find(position)
        self.init(file, place)
    }

    private init(_ file: consuming RingFile, _ place: RingPlace) {
        ports = file.ports()
        for (index, port) in ports.enumerated() { linkTypes[index] = port.linkType }
        self.place = place
        // SAFETY: blocks lie in the mapping, which `file` keeps.
        unsafe block = UnsafePointer(file.block(place.ordinal))
        self.file = file
    }

    /// The name of the ring.
    public var identity: RingIdentity { file.identity }
    /// When the ring was made.
    public var created: Timestamp { file.created }
    /// How many octets are kept of each frame; 0 for all.
    public var snapLength: Int { file.geometry.snapLength }
    /// The number of the frame or gap that comes next, as far as it is known.
    public var nextSequence: UInt64 { gap?.sequences.lowerBound ?? place.expected ?? 0 }

    /// The next entry, or nil when the reader has caught up.
    ///
    /// - Throws: `.truncated` if the file was cut off, `.damaged` if its numbers run backwards.
    @_lifetime(&self)
    public mutating func next() throws(RingError) -> RingEntry? {
        try entry { _ in .take }
    }

    /// The next frame that is wanted, or gap before it.
    ///
    /// - Parameter isWanted: Asked with each frame as in `next(choosing:)`.
    /// - Returns: nil when the reader has caught up.
    /// - Throws: The same as `next`.
    @_lifetime(&self)
    public mutating func next(
        where isWanted: (borrowing Frame) -> Bool
    ) throws(RingError) -> RingEntry? {
        try next(choosing: { isWanted($0) ? .take : .pass })
    }

    /// The next frame that is chosen, or gap before it.
    ///
    /// `choose` looks at the octets where they stand in the ring: frames that are not wanted are neither
    /// copied nor checked, only counted in `passedCount`. The writer, or damage, may change the octets
    /// meanwhile, so it must make do with any; a frame that was overwritten as it was looked at is part
    /// of a gap, whatever was chosen, and may be asked about and still not be given. Gaps are given
    /// unasked.
    ///
    /// - Parameter choose: Asked with each frame in order, all that is held of it. It says `stop` where the
    ///   reader is to stay in front of the frame: at the end of a time span, or to let the caller do
    ///   something else between frames, for a call can pass a whole ring.
    /// - Returns: nil when the reader has caught up, or `choose` has said `stop`.
    /// - Throws: The same as `next`.
    @_lifetime(&self)
    public mutating func next(
        choosing choose: (borrowing Frame) -> FrameChoice
    ) throws(RingError) -> RingEntry? {
        try entry(choosing: choose)
    }

    /// Goes to another place.
    ///
    /// A number beyond the newest frame stands for the place behind the newest frame.
    public mutating func seek(to position: RingPosition) throws(RingError) {
        go(to: try file.find(position))
        gap = nil
    }

    private mutating func go(to place: RingPlace) {
        self.place = place
        // SAFETY: blocks lie in the mapping for any ordinal.
        unsafe block = UnsafePointer(file.block(place.ordinal))
    }
}

/// What a reader found at its place.
private enum Sight {
    /// Nothing yet.
    case nothing
    /// Frames that are gone.
    case gap(FrameGap)
    /// A frame, whose `count` octets are in the buffer.
    case frame(FrameMetadata, count: Int)
}

extension RingReader {
    @_lifetime(&self)
    private mutating func entry(
        choosing choose: (borrowing Frame) -> FrameChoice
    ) throws(RingError) -> RingEntry? {
        switch try look(choose) {
        case .nothing:
            return nil
        case .gap(let found):
            gap = nil
            return .gap(found)
        case .frame(let metadata, let count):
            return .frame(Frame(buffer.span(count), metadata))
        }
    }

    /// Finds the entry at the reader's place, moving on over what is no entry.
    private mutating func look(
        _ choose: (borrowing Frame) -> FrameChoice
    ) throws(RingError) -> Sight {
        // Every turn that passes no frame enters a block, leaves one or finds the writer gone on: all bounded
        // by the ring's blocks, unless the octets were made to lead in circles or the writer laps us
        // again and again.
        let limit = file.geometry.blockCount &* 2 &+ 64
        var turns = limit
        while turns > 0 {
            if let gap { return .gap(gap) }
            turns &-= 1
            // SAFETY: the block lies in the mapping.
            let state = BlockState(rawValue: unsafe ctap_ring_state(block))
            let age = state.age(since: place.ordinal)
            // A later block in a place that was not used again is damage.
            if age > 0, file.tail(head: file.head) > place.ordinal {
                try fallBehind()
            } else if age != 0 || state.committed == 0 {
                guard file.isMissing(place.ordinal) else { return .nothing }
                place.isSkipping = true
                guard try leaveBlock(state) else { return .nothing }
            } else if place.offset == 0 {
                try enterBlock()
            } else if !place.isSkipping, place.offset < state.committed {
                let offset = place.offset
                if let sight = sight(of: state, choose) { return sight }
                if place.offset != offset { turns = limit }
            } else if try !leaveBlock(state) {
                return .nothing
            }
        }
        return .nothing
    }

    /// The frame at the reader's place, or nil if it is not wanted, was overwritten or is damaged.
    @inline(__always)
    private mutating func sight(
        of state: BlockState,
        _ choose: (borrowing Frame) -> FrameChoice
    ) -> Sight? {
        let sequence = place.sequence
        // SAFETY: the block lies in the mapping; `frame` checks that the frame lies in the block.
        let found = unsafe file.frame(
            in: block,
            at: place.offset,
            committed: state.committed,
            sequence: sequence
        )
        guard let found else {
            // Damaged, unless it was overwritten: then the next turn sees that.
            place.isSkipping = isStillHeld()
            return nil
        }
        let metadata = FrameMetadata(
            arrival: found.time,
            sequence: sequence,
            wireLength: found.raw.wire_octets,
            ingress: PortIndex(rawValue: found.port),
            flags: FrameFlags(rawValue: found.raw.flags),
            linkType: linkTypes[Int(found.port)]
        )
        let octets =
            unsafe UnsafeRawPointer(block) + place.offset + RingGeometry.frameHeaderByteCount
        // Behind a damaged frame, only a whole one tells where frames stand.
        if place.expected == sequence {
            let choice = unsafe Self.choice(choose, octets, found.captured, metadata)
            guard isStillHeld() else { return nil }
            switch choice {
            case .take: break
            case .stop: return .nothing
            case .pass:
                place.pass(to: found.end)
                passedCount &+= 1
                return nil
            }
        }
        var raw = found.raw
        let register = unsafe ctap_ring_frame_register(place.seed, sequence, &raw)
        // The next frame is probably as long; it comes from memory while this one is counted.
        unsafe ctap_ring_fetch(UnsafeRawPointer(block) + found.end, min(found.captured, 2048))
        let sum = unsafe buffer.fill(from: octets, count: found.captured, register: register)
        guard isStillHeld() else { return nil }
        guard sum == raw.crc else {
            place.offset = found.end
            place.sequence = sequence &+ 1
            return nil
        }
        return take(metadata, found)
    }

    /// The whole frame at the reader's place, or the gap of damaged ones before it.
    @inline(__always)
    private mutating func take(_ metadata: FrameMetadata, _ found: HeldFrame) -> Sight? {
        if let first = place.expected, first != metadata.sequence {
            place.expected = metadata.sequence
            let damaged = FrameGap(sequences: first..<metadata.sequence, cause: .damaged)
            gap = damaged
            return .gap(damaged)
        }
        place.pass(to: found.end)
        return .frame(metadata, count: found.captured)
    }

    @inline(__always)
    @unsafe private static func choice(
        _ choose: (borrowing Frame) -> FrameChoice,
        _ octets: UnsafeRawPointer,
        _ count: Int,
        _ metadata: FrameMetadata
    ) -> FrameChoice {
        // SAFETY: the octets lie in the mapping, borrowed for the call; they may change meanwhile, and
        // an octet has no value that could do harm.
        let start = unsafe octets.assumingMemoryBound(to: UInt8.self)
        let span = unsafe Span(_unsafeStart: start, count: count)
        return choose(Frame(span, metadata))
    }

    /// True if the block is still the one that the reader is in.
    @inline(__always)
    private func isStillHeld() -> Bool {
        // SAFETY: the block lies in the mapping.
        let state = BlockState(rawValue: unsafe ctap_ring_state_again(block))
        return state.age(since: place.ordinal) == 0
    }

    /// Looks at the header of the block the reader has come to, and finds out what is missing before it.
    private mutating func enterBlock() throws(RingError) {
        try file.checkLength()
        guard let held = file.held(place.ordinal) else {
            guard isStillHeld() else { return }
            place.cause = .damaged
            place.isSkipping = true
            place.offset = RingGeometry.blockHeaderByteCount
            return
        }
        let first = held.header.firstSequence
        let missed = place.expected ?? first
        place.offset = RingGeometry.blockHeaderByteCount
        place.isSkipping = false
        place.expected = first
        place.sequence = first
        place.seed = held.header.checksum
        guard missed <= first else { throw RingError(.damaged, path: file.path) }
        if missed < first { gap = FrameGap(sequences: missed..<first, cause: place.cause) }
        place.cause = .missing
    }

    /// Goes to the next block if it was begun and this one is read to its end.
    private mutating func leaveBlock(_ state: BlockState) throws(RingError) -> Bool {
        let following = place.ordinal &+ 1
        // SAFETY: blocks lie in the mapping for any place.ordinal.
        let next = unsafe UnsafePointer(file.block(following))
        guard
            unsafe BlockState(rawValue: ctap_ring_state(next)).age(since: following) >= 0
                || file.isMissing(following)
        else { return false }
        // Frames may have been put here between the first look and the next block's beginning.
        let now = unsafe BlockState(rawValue: ctap_ring_state_again(block))
        guard now == state else { return true }
        if place.isSkipping || place.offset != 0 && place.sequence != place.expected {
            place.cause = .damaged
        }
        place.ordinal = following
        unsafe block = next
        place.offset = 0
        place.isSkipping = false
        return true
    }

    /// The writer has recycled the block: goes to where the ring begins now, and a little further.
    private mutating func fallBehind() throws(RingError) {
        let head = file.head
        let tail = file.tail(head: head)
        // The very oldest block is the next to go: standing there means to be lapped again at once.
        let margin = UInt64(max(1, file.geometry.blockCount / 16))
        let target = min(head, tail &+ margin)
        guard target > place.ordinal else { throw RingError(.damaged, path: file.path) }
        go(to: RingPlace(ordinal: target, expected: place.expected, cause: .overrun))
    }
}
