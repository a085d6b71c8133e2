import TapWire

/// Counts the octets of a message sent with DATA and finds its end.
///
/// Theory of operation. The one true end is CRLF.CRLF, and a dot at the start of a line is not part of the message
/// (RFC 5321 section 4.5.2). Servers have taken other things for the end: LF.LF, CRLF.LF, a dot between bare CRs, a NUL
/// beside the dot. Such a place is a *candidate*. Whether the server took it can be told only by its reply, so what
/// follows the first candidate is held back in `tail`, up to a limit, to be read again as commands. A hole in the body
/// is a candidate too: the end may lie in it.
struct MessageCounter: Sendable {
    /// A place where the message may have ended in the server's eyes.
    struct Candidate: Sendable {
        /// Octets of the message up to there.
        var octets: UInt64
        /// How much of `tail` lies before the place.
        var tailOffset: Int
        /// True if it is a hole and not something that looks like an end.
        var isGap: Bool
        /// True if `octets` is certain, should the message have ended there.
        var isSizeKnown = true
        /// The octets that look like an end; empty for a hole.
        var terminator = Terminator()
    }

    /// Where in a line the strict reading is.
    private enum Place: Sendable {
        case lineStart, middle, afterCR
        /// Behind a dot at the start of a line.
        case dot
        /// Behind such a dot and CR.
        case dotCR
    }

    /// Where the lenient reading is, that takes any break for a line end.
    private enum LenientPlace: Sendable {
        case middle, lineStart
        /// Behind a lone dot; NULs may stand around it.
        case dot
        /// Behind a candidate that ended with CR: an LF here still belongs to it.
        case endCR
    }

    /// Octets of the message so far, dots taken out.
    private(set) var octets: UInt64 = 0
    /// Where the message may have ended; the first and the latest few.
    private(set) var candidates: [Candidate] = []
    /// What came behind the first candidate.
    private(set) var tail: [UInt8] = []
    /// True if more came behind the first candidate than is held.
    private(set) var isTailCut = false
    /// Where in `tail` octets are lost.
    private var tailHoles: [Int] = []
    /// True if octets of it were lost.
    private(set) var hasGap = false
    /// True unless it is not known how many octets were lost.
    private(set) var isSizeKnown = true

    /// What the header says.
    private(set) var header: HeaderReader

    /// The octets just before, the last in the lowest place; letters where they were passed over.
    private var recent = Self.passedOver
    private var place = Place.lineStart
    private var lenientPlace = LenientPlace.lineStart
    /// Dots behind a bare LF: no part of the message for a server to which LF ends a line.
    private var dotsBehindLF: UInt64 = 0
    /// The line of `LenientPlace.lineStart` begins behind LF.
    private var isBehindLF = false
    /// Octets of the message before the dot of `LenientPlace.dot`, as a server counts that takes it for the end.
    private var octetsBeforeDot: UInt64 = 0

    /// How many candidates are remembered, and how many holes behind the first.
    static let keptCandidates = 16
    /// How much is held behind the first candidate.
    static let keptTail = 16_384
    /// Eight letters: what stands in `recent` for octets that were not looked at.
    private static let passedOver: UInt64 = 0x6161_6161_6161_6161

    /// Starts in front of the message.
    init(keepsSubject: Bool = false) { header = HeaderReader(keepsSubject: keepsSubject) }

    /// Takes octets up to the end of the message.
    ///
    /// - Returns: How many octets were taken, and whether the message ended with the last of them.
    mutating func take(from bytes: Span<UInt8>) -> (consumed: Int, isComplete: Bool) {
        var index = 0
        while index < bytes.count {
            if isInsideText {
                let rest = bytes.extracting(droppingFirst: index)
                let passed = header.isDone ? rest.countBeforeLoneDot : header.take(restOfLine: rest)
                octets &+= UInt64(passed)
                index &+= passed
                if passed > 0 { recent = Self.passedOver }
                guard index < bytes.count else { break }
            }
            let octet = bytes[index]
            index &+= 1
            recent = recent << 8 | UInt64(octet)
            holdTail(octet)
            let before = octets
            if takeStrictly(octet) { return (index, true) }
            takeLeniently(octet, octetsBefore: before)
        }
        return (bytes.count, false)
    }

    /// Takes octets of the middle of the body that are nothing but that, as most segments are; false, with nothing taken, of
    /// all others.
    mutating func takeText(_ bytes: Span<UInt8>) -> Bool {
        guard header.isDone, isInsideText, bytes.countBeforeLoneDot == bytes.count else {
            return false
        }
        octets &+= UInt64(bytes.count)
        recent = Self.passedOver
        return true
    }

    /// True if nothing before the end of the line needs a look but by the header; nor, behind that, anything before the
    /// next line that begins with a dot.
    private var isInsideText: Bool {
        candidates.isEmpty && place == .middle && lenientPlace == .middle
    }

    /// Octets of the body are lost, `byteCount` of them if that is known.
    mutating func lose(byteCount: Int?) {
        if byteCount == nil { isSizeKnown = false }
        let ended = byteCount.flatMap { octetsBeforeEnd(inHole: UInt64(max(0, $0))) }
        // Nothing but LF makes an end of what began like one.
        if case .dotCR = place { octets &+= 1 }
        octets &+= UInt64(max(0, byteCount ?? 0))
        hasGap = true
        place = .middle
        lenientPlace = .lineStart
        if !candidates.isEmpty { cutTail() }
        add(
            Candidate(
                octets: ended ?? octets,
                tailOffset: tail.count,
                isGap: true,
                isSizeKnown: ended != nil
            )
        )
    }

    /// Octets of the message if a hole of `byteCount` ends with its end; nil if that does not fit.
    private func octetsBeforeEnd(inHole byteCount: UInt64) -> UInt64? {
        guard isSizeKnown else { return nil }
        // The end is `.CRLF` behind CRLF; what of it came before the hole is not counted in `octets`.
        switch (place, byteCount) {
        case (.dot, 2), (.dotCR, 1): return octets
        case (.dotCR, 4...): return octets &+ byteCount &- 2
        case (.lineStart, 3...), (.afterCR, 4...), (.middle, 5...), (.dot, 5...):
            return octets &+ byteCount &- 3
        case (.lineStart, _), (.afterCR, _), (.middle, _), (.dot, _), (.dotCR, _): return nil
        }
    }

    /// Octets of the message if it ended at `end`; nil if that is not certain.
    func octets(at end: Candidate?) -> UInt64? {
        guard let end else { return isSizeKnown ? octets : nil }
        // Behind a hole in which it ended stands no more of it.
        let isAtEnd = end.tailOffset == tail.count && !isTailCut
        return end.isSizeKnown && (isAtEnd || !end.isGap) ? end.octets : nil
    }

    /// True if any of it was sent.
    var hasBegun: Bool {
        if case .lineStart = place { octets > 0 || hasGap } else { true }
    }

    /// Octets of memory that it takes, about.
    ///
    /// Mutating as that of the header is.
    var keptByteCount: Int {
        mutating get { tail.count &+ header.keptByteCount }
    }

    /// Forgets what the header says and what may be read again; where the message ends is seen as before.
    mutating func forget() {
        header.forget()
        guard !candidates.isEmpty else { return }
        (tail, tailHoles) = ([], [])
        isTailCut = true
    }

    /// The candidate at the very end, else the first: where the message ended if the server says it did.
    ///
    /// To a server that takes commands whose lines end with LF alone (`isLineFeedEnough`) the first LF.LF is the end.
    func end(isLineFeedEnough: Bool) -> Candidate? {
        guard let first = candidates.first, let last = candidates.last else { return nil }
        let terminator = first.terminator.octets
        // Of a message that is empty, the first LF ended DATA.
        let isLineFeed =
            terminator.elementsEqual("\n.\n".utf8) || terminator.elementsEqual(".\n".utf8)
        if isLineFeedEnough, isLineFeed { return first }
        return last.tailOffset == tail.count && !isTailCut ? last : candidates.first
    }

    /// `candidate` with what stood behind it; nil for a hole, and where that was not held.
    func oddEnd(at candidate: Candidate?) -> OddEnd? {
        guard let candidate, !candidate.isGap, !isTailCut else { return nil }
        let pieces = tail(behind: candidate)
        guard let tail = pieces.first, pieces.count == 1 else { return nil }
        return OddEnd(
            octets: candidate.octets,
            terminator: candidate.terminator.octets,
            tail: tail
        )
    }

    /// What stood behind `candidate`, cut where octets are lost; empty if not all of it was held.
    func tail(behind candidate: Candidate) -> [[UInt8]] {
        guard !isTailCut else { return [] }
        let holes = tailHoles.filter { hole in
            hole > candidate.tailOffset || hole == candidate.tailOffset && !candidate.isGap
        }
        let ends = holes + [tail.count]
        return zip([candidate.tailOffset] + holes, ends).map { Array(tail[$0..<$1]) }
    }

    /// True if the octets seen so far end with a candidate.
    var endsWithCandidate: Bool {
        guard let last = candidates.last else { return false }
        return last.tailOffset == tail.count && !isTailCut
    }

    /// The strict reading; true at the end of the message.
    private mutating func takeStrictly(_ octet: UInt8) -> Bool {
        switch place {
        case .dot where octet == 0x0D:
            place = .dotCR
            return false
        case .dotCR where octet == 0x0A:
            // The lenient reading took the CR of this very end for a candidate.
            if lenientPlace == .endCR { candidates.removeLast() }
            return true
        case .lineStart where octet == UInt8(ascii: "."):
            place = .dot
            return false
        case .dotCR:
            octets &+= 1
            header.take(0x0D)
            count(octet, isAfterCR: true)
        case .afterCR:
            count(octet, isAfterCR: true)
        case .lineStart, .middle, .dot:
            count(octet, isAfterCR: false)
        }
        return false
    }

    private mutating func count(_ octet: UInt8, isAfterCR: Bool) {
        octets &+= 1
        header.take(octet)
        if octet == 0x0D {
            place = .afterCR
        } else {
            place = isAfterCR && octet == 0x0A ? .lineStart : .middle
        }
    }

    private mutating func takeLeniently(_ octet: UInt8, octetsBefore: UInt64) {
        let isBreak = octet == 0x0D || octet == 0x0A
        defer { if isBreak { isBehindLF = octet == 0x0A } }
        switch lenientPlace {
        case .endCR where octet == 0x0A:
            if let last = candidates.indices.last {
                candidates[last].tailOffset = tail.count
                candidates[last].terminator = Terminator(endOf: recent)
            }
            lenientPlace = .lineStart
        case .lineStart where octet == UInt8(ascii: "."):
            octetsBeforeDot = octetsBefore &- min(dotsBehindLF, octetsBefore)
            if isBehindLF, octets > octetsBefore { dotsBehindLF &+= 1 }
            lenientPlace = .dot
        case .lineStart where octet == 0, .dot where octet == 0:
            break
        case .dot where isBreak:
            add(
                Candidate(
                    octets: octetsBeforeDot,
                    tailOffset: tail.count,
                    isGap: false,
                    isSizeKnown: isSizeKnown,
                    terminator: Terminator(endOf: recent)
                )
            )
            lenientPlace = octet == 0x0D ? .endCR : .lineStart
        case .middle, .lineStart, .dot, .endCR:
            lenientPlace = isBreak ? .lineStart : .middle
        }
    }

    private mutating func holdTail(_ octet: UInt8) {
        guard !candidates.isEmpty else { return }
        if tail.count < Self.keptTail { tail.append(octet) } else { isTailCut = true }
    }

    /// Notes a hole in `tail`, which is given up if it has too many.
    private mutating func cutTail() {
        guard tailHoles.count < Self.keptCandidates else { return isTailCut = true }
        tailHoles.append(tail.count)
    }

    private mutating func add(_ candidate: Candidate) {
        header.stop()
        if candidates.count == Self.keptCandidates { candidates.removeLast() }
        candidates.append(candidate)
    }
}

extension Span<UInt8> {
    /// How many octets may be passed over in the middle of a line: they end with an ordinary octet, and neither
    /// reading of a message is anywhere else behind them.
    ///
    /// What is left begins with the line breaks and NULs before a dot, or is nothing but such at the end.
    fileprivate var countBeforeLoneDot: Int {
        var from = 0
        while let dot = firstIndex(of: UInt8(ascii: "."), from: from) {
            let start = startOfBreaks(before: dot)
            guard start == dot else { return start }
            from = dot &+ 1
        }
        return startOfBreaks(before: count)
    }

    /// Where the line breaks and NULs begin that stand right before `end`.
    private func startOfBreaks(before end: Int) -> Int {
        var start = end
        while start > 0, self[start &- 1].isBreakOrNUL { start &-= 1 }
        return start
    }
}

extension UInt8 {
    /// CR, LF or NUL.
    var isBreakOrNUL: Bool { self == 0x0D || self == 0x0A || self == 0 }
}
