import TapFlow
import TapWire

/// A line of a text protocol, cut from a stream.
public struct StreamLine: Hashable, Sendable {
    /// How a line ended.
    public enum Ending: Sendable {
        /// CR LF.
        case crlf
        /// LF without a CR before it.
        case lf
        /// The line went on beyond `LineBuffer.Limits.lineLength`; the rest up to its LF is skipped.
        case cut
        /// The stream ended or has a hole here.
        case open
    }

    /// The octets of the line without its end, as many as are kept.
    public var octets: [UInt8]
    /// How many octets the line had without its end, those that were not kept included.
    public var byteCount: Int
    /// How it ended.
    public var ending: Ending
    /// True if a CR stood in it without an LF behind.
    public var hasBareCR: Bool
    /// True if a NUL stood in it.
    public var hasNUL: Bool

    /// Creates a line.
    public init(
        octets: [UInt8],
        byteCount: Int,
        ending: Ending,
        hasBareCR: Bool = false,
        hasNUL: Bool = false
    ) {
        self.octets = octets
        self.byteCount = byteCount
        self.ending = ending
        self.hasBareCR = hasBareCR
        self.hasNUL = hasNUL
    }

    /// True if not every octet of the line was kept.
    public var isShortened: Bool { octets.count < byteCount }
}

/// Cuts a stream of octets into lines, whatever pieces it comes in.
///
/// It takes as much as belongs to the next line and no more, so that a session can leave the line mode right behind
/// any line (for a body, a chunk of known size, or TLS):
///
///     var offset = 0
///     while offset < bytes.count {
///         let (consumed, line) = lines.take(from: bytes.extracting(droppingFirst: offset))
///         offset &+= consumed
///         guard let line else { break }
///         handle(line)
///     }
///
/// Limits: at most `keptLength` octets of a line are held, and a line ends at `lineLength` at the latest.
public struct LineBuffer: Sendable {
    /// How long lines may be.
    public struct Limits: Sendable {
        /// Where a line is cut that has not ended by itself.
        public var lineLength: Int
        /// How many octets of a line are kept.
        public var keptLength: Int

        /// Creates limits.
        public init(lineLength: Int = 65_536, keptLength: Int = 4_096) {
            self.lineLength = max(1, lineLength)
            self.keptLength = max(0, min(keptLength, lineLength))
        }
    }

    // Many are held at a time: half as many octets for each number.
    private let lineLength: Int32
    private let keptLength: Int32
    private var octets: [UInt8] = []
    private var byteCount: Int32 = 0
    private var hasBareCR = false
    private var hasNUL = false
    /// A CR came last; what follows decides whether it belongs to the line.
    private var isAfterCR = false
    /// The line was cut; the rest of it is thrown away.
    private var isSkipping = false

    /// Creates an empty buffer.
    public init(limits: Limits = Limits()) {
        lineLength = Int32(clamping: limits.lineLength)
        keptLength = Int32(clamping: limits.keptLength)
    }

    /// How many octets of a line that has not ended yet have been taken.
    public var pendingByteCount: Int { Int(byteCount) &+ (isAfterCR ? 1 : 0) }

    /// The octets of the line in progress that are kept.
    public var pendingOctets: ArraySlice<UInt8> { octets[...] }

    /// Takes octets up to the end of the next line.
    ///
    /// - Parameter bytes: What comes next in the stream.
    /// - Returns: How many octets were taken, and the line if it ended with the last of them; without a line all of
    ///   `bytes` was taken.
    public mutating func take(from bytes: Span<UInt8>) -> (consumed: Int, line: StreamLine?) {
        if pendingByteCount == 0, !isSkipping, let end = bytes.firstIndex(of: 0x0A, from: 0),
            end < lineLength
        {
            return (end &+ 1, wholeLine(bytes.extracting(first: end)))
        }
        for index in bytes.indices {
            let octet = bytes[index]
            if isSkipping {
                if octet == UInt8(ascii: "\n") { isSkipping = false }
                continue
            }
            guard octet != UInt8(ascii: "\n") else {
                return (index &+ 1, finish(isAfterCR ? .crlf : .lf))
            }
            if let line = append(octet) { return (index &+ 1, line) }
        }
        return (bytes.count, nil)
    }

    /// Gives up the line that has not ended: the stream ended, or octets of it are lost.
    ///
    /// - Returns: What there was of it; nil if there was nothing.
    public mutating func flush() -> StreamLine? {
        isSkipping = false
        resolveCR()
        guard byteCount > 0 else { return nil }
        return finish(.open)
    }

    /// The line that `bytes` are, all that stood before its LF, as most lines come: in one piece.
    private func wholeLine(_ bytes: Span<UInt8>) -> StreamLine {
        let isCRLF = !bytes.isEmpty && bytes[bytes.count &- 1] == UInt8(ascii: "\r")
        let text = isCRLF ? bytes.extracting(droppingLast: 1) : bytes
        var line = StreamLine(octets: [], byteCount: text.count, ending: isCRLF ? .crlf : .lf)
        for index in text.indices {
            if text[index] == UInt8(ascii: "\r") { line.hasBareCR = true }
            if text[index] == 0 { line.hasNUL = true }
        }
        line.octets.append(copying: text.extracting(first: Int(keptLength)))
        return line
    }

    private mutating func append(_ octet: UInt8) -> StreamLine? {
        resolveCR()
        guard octet != UInt8(ascii: "\r") else {
            isAfterCR = true
            return nil
        }
        if octet == 0 { hasNUL = true }
        keep(octet)
        guard byteCount >= lineLength else { return nil }
        isSkipping = true
        return finish(.cut)
    }

    /// A CR that no LF followed is part of the line.
    private mutating func resolveCR() {
        guard isAfterCR else { return }
        isAfterCR = false
        hasBareCR = true
        keep(UInt8(ascii: "\r"))
    }

    private mutating func keep(_ octet: UInt8) {
        if octets.count < keptLength { octets.append(octet) }
        byteCount &+= 1
    }

    private mutating func finish(_ ending: StreamLine.Ending) -> StreamLine {
        let line = StreamLine(
            octets: octets,
            byteCount: Int(byteCount),
            ending: ending,
            hasBareCR: hasBareCR,
            hasNUL: hasNUL
        )
        octets = []
        byteCount = 0
        hasBareCR = false
        hasNUL = false
        isAfterCR = false
        return line
    }
}
