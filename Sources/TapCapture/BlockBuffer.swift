internal import SystemPackage

/// Whole blocks on their way to a sink.
///
/// Only `endBlock()` makes what was appended part of the capture. When the sink fails in the
/// middle, the torn block is taken back, so that what stands there ends with a whole one. All numbers are little-endian.
@safe
struct BlockBuffer: ~Copyable {
    /// Blocks gather until there are this many octets.
    static let flushThreshold = 128 * 1024

    /// What was appended since the last flush.
    private var piece = OctetPiece(capacity: Self.flushThreshold * 2)
    /// The storage of the piece and its size, at hand for every append.
    private var storage: UnsafeMutableRawPointer
    private var capacity = Self.flushThreshold * 2
    /// Octets appended since the last flush.
    private(set) var count = 0
    /// Octets that the sink has taken.
    private var flushedCount: UInt64 = 0
    /// Why the sink takes no more.
    private(set) var failure: CaptureError? { didSet { hasFailed = failure != nil } }
    /// True once there is a failure: far less to look at for each frame than the error itself.
    private(set) var hasFailed = false

    init() {
        // SAFETY: the piece is ours as long as `storage` is; whoever replaces one replaces the other.
        unsafe storage = piece.storage
    }

    /// Octets that the sink has taken, and those that wait.
    var octetCount: UInt64 { flushedCount &+ UInt64(count) }

    /// True when it is time to flush.
    var isFull: Bool { count >= Self.flushThreshold }

    /// Marks everything appended so far as whole blocks.
    mutating func endBlock() { piece.ends.append(count) }

    /// Appends a number.
    @inline(__always)
    mutating func append(_ value: some FixedWidthInteger) {
        let width = value.bitWidth / 8
        reserve(width)
        // SAFETY: reserve() made room for `width` octets at `count`.
        unsafe storage.storeBytes(of: value.littleEndian, toByteOffset: count, as: type(of: value))
        count &+= width
    }

    /// Appends numbers of 32 bits, one behind the other.
    @inline(__always)
    mutating func append<let wordCount: Int>(words: InlineArray<wordCount, UInt32>) {
        reserve(wordCount &* 4)
        for index in words.indices {
            // SAFETY: reserve() made room for all words at `count`.
            unsafe storage.storeBytes(
                of: words[index].littleEndian,
                toByteOffset: count &+ index &* 4,
                as: UInt32.self
            )
        }
        count &+= wordCount &* 4
    }

    /// Appends the octets of `span`.
    @inline(__always)
    mutating func append(_ span: Span<UInt8>) {
        reserve(span.count)
        copy(span)
        count &+= span.count
    }

    /// Appends the octets of `span`, and zeros up to the next multiple of four.
    @inline(__always)
    mutating func appendPadded(_ span: Span<UInt8>) {
        let paddedCount = span.count &+ Self.padding(after: span.count)
        reserve(paddedCount)
        if paddedCount > 0 {
            // SAFETY: reserve() made room for the last word too; the octets of the span that it has come after.
            unsafe storage.storeBytes(
                of: 0,
                toByteOffset: count &+ paddedCount &- 4,
                as: UInt32.self
            )
        }
        copy(span)
        count &+= paddedCount
    }

    @inline(__always)
    private mutating func copy(_ span: Span<UInt8>) {
        // SAFETY: the caller reserved room, and a borrowed span cannot lie in our own storage.
        unsafe span.withUnsafeBytes { source in
            guard let octets = source.baseAddress else { return }
            unsafe (storage + count).copyMemory(from: octets, byteCount: source.count)
        }
    }

    /// Puts `value` over the 32-bit number at `position`.
    ///
    /// - Precondition: The number lies in what was appended since the last flush.
    mutating func replace(at position: Int, with value: UInt32) {
        precondition(position >= 0 && position <= count &- 4)
        // SAFETY: the precondition.
        unsafe storage.storeBytes(of: value.littleEndian, toByteOffset: position, as: UInt32.self)
    }

    /// How many octets are missing up to the next multiple of four.
    @inline(__always)
    static func padding(after octetCount: Int) -> Int { (0 &- octetCount) & 3 }

    /// Hands all whole blocks to `sink`.
    mutating func flush(into sink: inout some OctetSink & ~Copyable) throws(CaptureError) {
        if let failure { throw failure }
        piece.count = count
        defer {
            // The sink may have left another piece in the place of ours.
            // SAFETY: as in `init`.
            unsafe storage = piece.storage
            capacity = piece.capacity
        }
        var taken = 0
        while taken < count {
            do {
                taken &+=
                    taken == 0
                    ? try sink.take(&piece)
                    : try sink.write(piece.span.extracting(droppingFirst: taken))
            } catch {
                throw fail(error, taken: taken, &sink)
            }
        }
        flushedCount &+= UInt64(count)
        beginPiece()
    }

    private mutating func beginPiece() {
        count = 0
        piece.clear()
    }

    /// Hands all whole blocks to `sink`, and waits until they are where they are to go.
    mutating func finish(_ sink: inout some OctetSink & ~Copyable) throws(CaptureError) {
        try flush(into: &sink)
        do {
            try sink.finish()
        } catch {
            throw fail(error, taken: 0, &sink)
        }
    }

    private mutating func fail(
        _ error: Errno,
        taken: Int,
        _ sink: inout some OctetSink & ~Copyable
    ) -> CaptureError {
        let whole = piece.ends.last { $0 <= taken } ?? 0
        let isWhole = whole == taken || sink.takeBack(octetCount: taken - whole)
        flushedCount &+= UInt64(isWhole ? whole : taken)
        flushedCount &-= min(flushedCount, UInt64(max(0, sink.unwrittenCount)))
        beginPiece()
        let failure = CaptureError(writing: error, after: flushedCount, endsWhole: isWhole)
        self.failure = failure
        return failure
    }

    @inline(__always)
    private mutating func reserve(_ octetCount: Int) {
        if capacity - count < octetCount { grow(octetCount) }
    }

    @inline(never)
    private mutating func grow(_ octetCount: Int) {
        piece.count = count
        piece.grow(to: max(capacity * 2, count + octetCount))
        // SAFETY: as in `init`.
        unsafe storage = piece.storage
        capacity = piece.capacity
    }
}

extension CaptureError {
    /// What a failed write means.
    fileprivate init(writing errno: Errno, after offset: UInt64, endsWhole: Bool) {
        let code: Code
        var problem: String
        switch errno {
        case .brokenPipe, .connectionReset:
            code = .brokenPipe
            problem = "the reader of the capture has gone away"
        case .noSpace, .diskQuotaExceeded, .fileTooLarge:
            code = .outOfSpace
            problem = "there is no room for more of the capture"
        default:
            code = .writeFailed
            problem = "the capture cannot be written"
        }
        if !endsWhole { problem += "; what was written ends in the middle of a block" }
        self.init(code: code, offset: offset, errno: errno, problem: problem)
    }
}
