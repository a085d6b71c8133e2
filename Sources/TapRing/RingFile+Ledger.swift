import CTap
import TapWire

extension RingFile {
    // There are two ledgers. The version says which one holds: the even or the odd. The writer fills
    // the other and then counts the version up, so a writer killed half-way leaves the last one whole.

    /// The ledger published last, all zeros if none was; throws if it changed at every try to read it.
    func loadLedger() throws(RingError) -> Ledger {
        var lines = [ctap_ring_ledger_line](
            repeating: ctap_ring_ledger_line(),
            count: geometry.portCount
        )
        var cuts = [ctap_ring_cut_line](
            repeating: ctap_ring_cut_line(),
            count: geometry.portCount
        )
        // A writer publishes a few times a second; only damage can make this fail so often.
        for _ in 0..<1000 {
            // SAFETY: the header lies in the mapping.
            let version = unsafe ctap_ring_ledger_version(header)
            guard version != 0 else { return Ledger(portCount: geometry.portCount) }
            // SAFETY: the place has room for CTAP_RING_PORTS lines, and portCount is at most that.
            unsafe withLines(version: version) { source in
                let words = lines.count * MemoryLayout<ctap_ring_ledger_line>.size / 8
                unsafe ctap_ring_copy_words(&lines, source, words)
                let cutWords = cuts.count * MemoryLayout<ctap_ring_cut_line>.size / 8
                unsafe ctap_ring_copy_words(&cuts, Self.cuts(behind: source), cutWords)
            }
            guard unsafe ctap_ring_ledger_version_again(header) == version else { continue }
            var ledger = Ledger(portCount: geometry.portCount)
            for (index, line) in lines.enumerated() {
                ledger.ports[index] = PortLedger(line)
                ledger.ports[index].take(cuts[index])
            }
            return ledger
        }
        throw RingError(.damaged, path: path)
    }

    /// Writes `ledger` beside the one that holds, and lets it hold.
    func store(_ ledger: borrowing Ledger, version: UInt64) {
        // SAFETY: the place has room for CTAP_RING_PORTS lines, and portCount is at most that.
        unsafe withLines(version: version) { lines in
            for index in 0..<min(ledger.ports.count, geometry.portCount) {
                unsafe lines[index] = ctap_ring_ledger_line(ledger.ports[index])
                unsafe Self.cuts(behind: lines)[index] = ctap_ring_cut_line(ledger.ports[index])
            }
        }
        // SAFETY: the header lies in the mapping.
        unsafe ctap_ring_set_ledger_version(header, version)
    }

    @unsafe private func withLines(
        version: UInt64,
        _ body: (UnsafeMutablePointer<ctap_ring_ledger_line>) -> Void
    ) {
        // SAFETY: the lines follow the ledger's header, both inside the mapping.
        let lines = unsafe UnsafeMutableRawPointer(ledger(version: version) + 1)
        unsafe body(lines.assumingMemoryBound(to: ctap_ring_ledger_line.self))
    }

    /// What follows the room for all lines.
    @unsafe private static func cuts(
        behind lines: UnsafeMutablePointer<ctap_ring_ledger_line>
    ) -> UnsafeMutablePointer<ctap_ring_cut_line> {
        // SAFETY: the room for both is inside of the ledger's.
        unsafe UnsafeMutableRawPointer(lines + Int(CTAP_RING_PORTS))
            .assumingMemoryBound(to: ctap_ring_cut_line.self)
    }
}

extension PortLedger {
    fileprivate mutating func take(_ line: ctap_ring_cut_line) {
        let (asked, bulk, other) = line.frames
        for (cause, frames) in [(MirrorCut.asked, asked), (.bulk, bulk), (.other, other)] {
            mirrorCut[cause] = frames
        }
        mirrorCut[.whole] = mirrorLost[.shed]
        let (askedOctets, bulkOctets, otherOctets, wholeOctets) = line.octets
        mirrorCutOctets[.asked] = askedOctets
        mirrorCutOctets[.bulk] = bulkOctets
        mirrorCutOctets[.other] = otherOctets
        mirrorCutOctets[.whole] = wholeOctets
    }
}

extension ctap_ring_cut_line {
    fileprivate init(_ ledger: PortLedger) {
        let (frames, octets) = (ledger.mirrorCut, ledger.mirrorCutOctets)
        self.init(
            frames: (frames[.asked], frames[.bulk], frames[.other]),
            octets: (octets[.asked], octets[.bulk], octets[.other], octets[.whole])
        )
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
