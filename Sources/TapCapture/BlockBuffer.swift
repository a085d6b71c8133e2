internal import SystemPackage

/// Whole blocks on their way to a sink.
///
/// Only `endBlock()` makes what was appended part of the capture. When the sink fails in the
/// middle, the torn block is taken back, so that what stands there ends with a whole one. All numbers are little-endian.
@safe
struct BlockBuffer: ~Copyable {
    /// Blocks gather until there are this many octets.
    static let flushThreshold = 128 * 1024

    private var storage: UnsafeMutableRawBufferPointer
    /// The size of the storage, at hand for the check that every append makes.
    private var capacity = Self.flushThreshold * 2
    /// Octets appended since the last flush.
    private(set) var count = 0
    /// Where in the buffer each whole block ends.
    private var blockEnds: [Int] = []
    /// Octets that the sink has taken.
    private var flushedCount: UInt64 = 0
    /// Why the sink takes no more.
    private(set) var failure: CaptureError? { didSet { hasFailed = failure != nil } }
    /// True once there is a failure: far less to look at for each frame than the error itself.
    private(set) var hasFailed = false

    init() {
        // SAFETY: owned by this value alone and freed by its deinit.
        unsafe storage = .allocate(byteCount: Self.flushThreshold * 2, alignment: 16)
        blockEnds.reserveCapacity(Self.flushThreshold / 16)
    }

    deinit {
        // SAFETY: allocated by init or grow, and no pointer into it leaves a method.
        unsafe storage.deallocate()
    }

    /// Octets that the sink has taken, and those that wait.
    var octetCount: UInt64 { flushedCount &+ UInt64(count) }

    /// True when it is time to flush.
    var isFull: Bool { count >= Self.flushThreshold }

    /// Marks everything appended so far as whole blocks.
    mutating func endBlock() { blockEnds.append(count) }

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
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[count...])
            unsafe room.copyMemory(from: source)
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
        var taken = 0
        while taken < count {
            do {
                // SAFETY: octets up to `count` are initialised; the span ends before they change.
                let rest = unsafe Span<UInt8>(
                    _unsafeBytes: UnsafeRawBufferPointer(rebasing: storage[taken..<count])
                )
                taken &+=
                    try taken == 0 ? sink.write(rest, wholeAt: blockEnds) : sink.write(rest)
            } catch {
                throw fail(error, taken: taken, &sink)
            }
        }
        flushedCount &+= UInt64(count)
        count = 0
        blockEnds.removeAll(keepingCapacity: true)
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
        let whole = blockEnds.last { $0 <= taken } ?? 0
        let isWhole = whole == taken || sink.takeBack(octetCount: taken - whole)
        flushedCount &+= UInt64(isWhole ? whole : taken)
        flushedCount &-= min(flushedCount, UInt64(max(0, sink.unwrittenCount)))
        count = 0
        blockEnds.removeAll(keepingCapacity: true)
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
        capacity = max(capacity * 2, count + octetCount)
        // Freed as `storage` is.
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
        // SAFETY: the new storage is larger and does not overlap; the old one is dropped.
        unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
        unsafe storage.deallocate()
        unsafe storage = larger
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
