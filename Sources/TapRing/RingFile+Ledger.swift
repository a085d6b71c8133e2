import CTap
import TapWire

extension RingFile {
    // There are two ledgers, one of even and one of odd versions. The writer fills the one that does
    // not hold and then counts the version up, so a writer killed half-way leaves the last one whole.
    // Each has a checksum and its own version: after a loss of power the header's may be another one.

    /// The ledger published last, all zeros if none was.
    ///
    /// - Throws: `.damaged` if none of the two is whole, or they changed at every try to read them.
    func loadLedger() throws(RingError) -> PublishedLedger {
        // A writer publishes a few times a second: it is hardly ever met twice.
        for _ in 0..<1000 {
            // SAFETY: the header lies in the mapping.
            let version = unsafe ctap_ring_ledger_version(header)
            let candidates = [publishedLedger(version: 0), publishedLedger(version: 1)]
            guard unsafe ctap_ring_ledger_version_again(header) == version else { continue }
            let newest = candidates.compactMap(\.self).max { $0.version < $1.version }
            if let newest { return newest }
            guard version == 0 else { break }
            return PublishedLedger(none: geometry)
        }
        throw RingError(.damaged, path: path)
    }

    /// The ledger in the place for versions like `version`; nil if it is not whole.
    private func publishedLedger(version: UInt64) -> PublishedLedger? {
        var lines = [ctap_ring_ledger_line](
            repeating: ctap_ring_ledger_line(),
            count: geometry.portCount
        )
        var head = ctap_ring_ledger()
        // SAFETY: the place has room for CTAP_RING_PORTS lines, and portCount is at most that.
        let place = unsafe ledger(version: version)
        unsafe ctap_ring_copy_words(&head, place, MemoryLayout<ctap_ring_ledger>.size / 8)
        let words = lines.count * MemoryLayout<ctap_ring_ledger_line>.size / 8
        unsafe ctap_ring_copy_words(&lines, Self.lines(of: place), words)
        guard head.version != 0, head.version & 1 == version & 1,
            head.crc == checksum.sum(version: head.version, lines)
        else { return nil }
        var ledger = Ledger(portCount: geometry.portCount)
        for (index, line) in lines.enumerated() {
            ledger.ports[index] = PortLedger(line)
        }
        return PublishedLedger(version: head.version, ledger: ledger)
    }

    /// Writes `ledger` beside the one that holds, and lets it hold.
    func store(_ ledger: borrowing Ledger, version: UInt64) {
        let lines = ledger.ports.prefix(geometry.portCount).map { ctap_ring_ledger_line($0) }
        precondition(lines.count == geometry.portCount, "a ledger of other ports")
        // SAFETY: the place has room for CTAP_RING_PORTS lines, and portCount is at most that.
        let place = unsafe self.ledger(version: version)
        for index in lines.indices {
            unsafe Self.lines(of: place)[index] = lines[index]
        }
        unsafe place.pointee.version = version
        unsafe place.pointee.crc = checksum.sum(version: version, lines)
        // SAFETY: the header lies in the mapping.
        unsafe ctap_ring_set_ledger_version(header, version)
    }

    /// The lines behind the ledger's header.
    @unsafe private static func lines(
        of ledger: UnsafeMutablePointer<ctap_ring_ledger>
    ) -> UnsafeMutablePointer<ctap_ring_ledger_line> {
        // SAFETY: they are part of the ledger's room.
        unsafe UnsafeMutableRawPointer(ledger + 1)
            .assumingMemoryBound(to: ctap_ring_ledger_line.self)
    }

}

extension PortLedger {
    private mutating func takeCuts(_ line: ctap_ring_ledger_line) {
        let (asked, bulk, other) = line.cut_frames
        for (cause, frames) in [(MirrorCut.asked, asked), (.bulk, bulk), (.other, other)] {
            mirrorCut[cause] = frames
        }
        mirrorCut[.whole] = mirrorLost[.shed]
        let (askedOctets, bulkOctets, otherOctets, wholeOctets) = line.cut_octets
        mirrorCutOctets[.asked] = askedOctets
        mirrorCutOctets[.bulk] = bulkOctets
        mirrorCutOctets[.other] = otherOctets
        mirrorCutOctets[.whole] = wholeOctets
    }
}

extension PortLedger {
    fileprivate init(_ line: ctap_ring_ledger_line) {
        self.init()
        rxFrames = line.rx_frames
        rxOctets = line.rx_octets
        forwarded = line.forwarded
        mirrored = line.mirrored
        txFrames = line.tx_frames
        txOctets = line.tx_octets
        // A hub of before wrote no state.
        state = PortState(rawValue: UInt8(clamping: line.state)) ?? (line.is_up != 0 ? .up : .down)
        // SAFETY: both fields are arrays of CTAP_RING_CAUSES words, borrowed for the call.
        unsafe withUnsafeBytes(of: line.not_forwarded) { words in
            for index in notForwarded.counters.indices {
                notForwarded.counters[index] = unsafe words.load(
                    fromByteOffset: index * 8,
                    as: UInt64.self
                )
            }
        }
        unsafe withUnsafeBytes(of: line.mirror_lost) { words in
            for index in mirrorLost.counters.indices {
                mirrorLost.counters[index] = unsafe words.load(
                    fromByteOffset: index * 8,
                    as: UInt64.self
                )
            }
        }
        takeCuts(line)
    }
}

extension ctap_ring_ledger_line {
    fileprivate init(_ ledger: PortLedger) {
        self.init()
        rx_frames = ledger.rxFrames
        rx_octets = ledger.rxOctets
        forwarded = ledger.forwarded
        mirrored = ledger.mirrored
        tx_frames = ledger.txFrames
        tx_octets = ledger.txOctets
        is_up = ledger.isUp ? 1 : 0
        state = UInt64(ledger.state.rawValue)
        let (frames, octets) = (ledger.mirrorCut, ledger.mirrorCutOctets)
        cut_frames = (frames[.asked], frames[.bulk], frames[.other])
        cut_octets = (octets[.asked], octets[.bulk], octets[.other], octets[.whole])
        // SAFETY: both fields are arrays of CTAP_RING_CAUSES words, borrowed for the call.
        unsafe withUnsafeMutableBytes(of: &not_forwarded) { words in
            for index in ledger.notForwarded.counters.indices {
                unsafe words.storeBytes(
                    of: ledger.notForwarded.counters[index],
                    toByteOffset: index * 8,
                    as: UInt64.self
                )
            }
        }
        unsafe withUnsafeMutableBytes(of: &mirror_lost) { words in
            for index in ledger.mirrorLost.counters.indices {
                unsafe words.storeBytes(
                    of: ledger.mirrorLost.counters[index],
                    toByteOffset: index * 8,
                    as: UInt64.self
                )
            }
        }
    }
}
