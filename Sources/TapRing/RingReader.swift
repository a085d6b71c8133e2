import CTap
import SystemPackage
import TapLinux
public import TapWire

/// One of any number of readers of a mirror ring.
///
/// Theory of operation. A reader stands at an octet of a block and knows the number of the frame that
/// must come there. It copies the frame out and then looks at the block's state word again: if another
/// block was begun in the place meanwhile, the copy is dropped, the reader goes to where the ring
/// begins now, and the numbers in between are a gap. The ring is outside input: nothing in it is used
/// unless it was copied out and checked, and whatever it holds, each call ends after a bounded search.
@safe public struct RingReader: ~Copyable, @unchecked Sendable {
    // SAFETY: there is one owner of this value, and mapped memory belongs to no thread.
    let file: RingFile
    private var buffer = FrameBuffer()
    /// Where the reader stands.
    var place: RingPlace
    private var shown: Sight?
    /// The gap that comes next.
    var gap: FrameGap?
    private var linkTypes = InlineArray<32, LinkType>(repeating: .ethernet)
    @unsafe private var block: UnsafePointer<ctap_ring_block>

    /// The ports in the order of their indices, as they were when the ring was opened.
    public let ports: [RingPort]

    /// Opens a ring for reading; nothing in it is changed, and its writer may be alive or dead.
    public init(path: String, from position: RingPosition = .oldest) throws(RingError) {
        let file = try RingFile.open(path, access: .readOnly)
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
        shown = nil
        switch try look(upTo: .max) {
        case .nothing:
            return nil
        case .gap(let found):
            gap = nil
            return .gap(found)
        case .frame(let metadata, let copied, let end):
            pass(end, metadata.sequence)
            return .frame(Frame(buffer.span(copied), metadata))
        }
    }

    /// The next frame that is wanted, or gap before it, or nil when the reader has caught up.
    ///
    /// Frames that are not wanted are passed without being copied out.
    ///
    /// - Parameters:
    ///   - byteCount: How many octets of a frame are copied for the question.
    ///   - isWanted: Asked with each frame, cut to so many octets.
    /// - Returns: The wanted frame with all its octets, or a gap.
    /// - Throws: The same as `next`.
    @_lifetime(&self)
    public mutating func next(
        lookingAt byteCount: Int,
        where isWanted: (borrowing Frame) -> Bool
    ) throws(RingError) -> RingEntry? {
        shown = nil
        while case .frame(let metadata, let copied, let end) = try look(upTo: byteCount),
            !isWanted(Frame(buffer.span(copied), metadata))
        {
            pass(end, metadata.sequence)
        }
        return try next()
    }

    /// The entry that `next` would give, with at most `byteCount` octets of a frame copied.
    ///
    /// The reader does not go on: `next` then copies the whole frame, `skip` leaves it. If the writer
    /// is faster than that, `next` gives a gap that begins with the frame that was shown.
    @_lifetime(&self)
    public mutating func peek(upTo byteCount: Int) throws(RingError) -> RingEntry? {
        let sight = try look(upTo: byteCount)
        shown = sight
        switch sight {
        case .nothing: return nil
        case .gap(let found): return .gap(found)
        case .frame(let metadata, let copied, _):
            return .frame(Frame(buffer.span(copied), metadata))
        }
    }

    /// Goes on behind the entry that `peek` gave, without copying it.
    ///
    /// Exactly that one is passed, even if it was overwritten since. Without a `peek` before it, this
    /// passes what `next` would give.
    public mutating func skip() throws(RingError) {
        let sight = if let shown { shown } else { try look(upTo: 0) }
        shown = nil
        switch sight {
        case .nothing: return
        case .gap: gap = nil
        case .frame(let metadata, _, let end): pass(end, metadata.sequence)
        }
    }

    private mutating func pass(_ end: Int, _ sequence: UInt64) {
        place.offset = end
        place.expected = sequence &+ 1
    }

    /// Goes to another place.
    ///
    /// A number beyond the newest frame stands for the place behind the newest frame.
    public mutating func seek(to position: RingPosition) throws(RingError) {
        go(to: try file.find(position))
        gap = nil
        shown = nil
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
    /// A frame, `copied` octets of which are in the buffer; the next one begins at `end`.
    case frame(FrameMetadata, copied: Int, end: Int)
}

extension RingReader {
    /// Finds the entry at the reader's place, moving on over what is no entry.
    private mutating func look(upTo limit: Int) throws(RingError) -> Sight {
        // Every turn enters a block, leaves one or finds the writer gone on: all bounded by the ring's
        // blocks, unless the octets were made to lead in circles or the writer laps us again and again.
        var turns = file.geometry.blockCount &+ 64
        while turns > 0 {
            turns &-= 1
            if let gap { return .gap(gap) }
            // SAFETY: the block lies in the mapping.
            let state = BlockState(rawValue: unsafe ctap_ring_state(block))
            let age = state.age(since: place.ordinal)
            if age > 0 {
                try fallBehind()
            } else if age < 0 || state.committed == 0 {
                return .nothing
            } else if place.offset == 0 {
                try enterBlock()
            } else if !place.isSkipping, place.offset < state.committed {
                if let sight = sight(of: state, upTo: limit) { return sight }
            } else if try !leaveBlock(state) {
                return .nothing
            }
        }
        return .nothing
    }

    /// The frame at the reader's place, or nil if it was overwritten or is damaged.
    @inline(__always)
    private mutating func sight(of state: BlockState, upTo limit: Int) -> Sight? {
        let sequence = place.expected ?? 0
        // SAFETY: the block lies in the mapping; `frame` checks that the frame lies in the block.
        let found = unsafe file.frame(
            in: block,
            at: place.offset,
            committed: state.committed,
            sequence: sequence
        )
        guard let found else {
            // Damaged, unless it was overwritten: then the next turn sees that.
            place.isSkipping =
                unsafe BlockState(rawValue: ctap_ring_state_again(block)).age(since: place.ordinal)
                == 0
            return nil
        }
        let copied = min(found.captured, max(0, limit))
        let octets =
            unsafe UnsafeRawPointer(block) + place.offset + RingGeometry.frameHeaderByteCount
        unsafe buffer.fill(from: octets, count: copied)
        guard
            unsafe BlockState(rawValue: ctap_ring_state_again(block)).age(since: place.ordinal) == 0
        else {
            return nil
        }
        let metadata = FrameMetadata(
            arrival: found.time,
            sequence: sequence,
            wireLength: found.raw.wire_octets,
            ingress: PortIndex(rawValue: found.raw.port),
            flags: FrameFlags(rawValue: found.raw.flags),
            linkType: linkTypes[Int(found.raw.port)]
        )
        return .frame(metadata, copied: copied, end: found.end)
    }

    /// Looks at the header of the block the reader has come to, and finds out what is missing before it.
    private mutating func enterBlock() throws(RingError) {
        try file.checkLength()
        guard let held = file.held(place.ordinal) else {
            // SAFETY: the block lies in the mapping.
            let state = unsafe BlockState(rawValue: ctap_ring_state_again(block))
            guard state.age(since: place.ordinal) == 0 else { return }
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
        guard missed <= first else { throw RingError(.damaged, path: file.path) }
        if missed < first { gap = FrameGap(sequences: missed..<first, cause: place.cause) }
        place.cause = .missing
    }

    /// Goes to the next block if it was begun and this one is read to its end.
    private mutating func leaveBlock(_ state: BlockState) throws(RingError) -> Bool {
        let following = place.ordinal &+ 1
        // SAFETY: blocks lie in the mapping for any place.ordinal.
        let next = unsafe UnsafePointer(file.block(following))
        guard unsafe BlockState(rawValue: ctap_ring_state(next)).age(since: following) >= 0 else {
            return false
        }
        // Frames may have been put here between the first look and the next block's beginning.
        let now = unsafe BlockState(rawValue: ctap_ring_state_again(block))
        guard now == state else { return true }
        if place.isSkipping { place.cause = .damaged }
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
