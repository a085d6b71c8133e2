internal import TapWire

extension PcapngEncoder {
    /// Appends a name resolution block with what a DNS response in the frame tells and no block told before.
    ///
    /// It stands where the response stood on the wire: who reads the file from front to back knows a name before the
    /// connection that was made by it, and a capture that is cut off keeps the names up to there.
    @inline(__always)
    mutating func appendNames(in frame: borrowing Frame) {
        if DNSAnswers.mayBe(in: frame) { appendNewNames(in: frame) }
    }

    private mutating func appendNewNames(in frame: borrowing Frame) {
        guard var answers = DNSAnswers(in: frame) else { return }
        var start: Int?
        while let answer = answers.next() {
            // The longest record: its head, an address, a name, padding; and what ends the block.
            let end = buffer.count + 4 + 16 + 256 + 4 + 12
            guard end - (start ?? buffer.count) <= CaptureLimits.maximumNameBlockByteCount else {
                break
            }
            // Told twice is harmless, memory without a limit is not.
            if knownNames.count >= CaptureLimits.maximumKnownNameCount { knownNames = [] }
            guard knownNames.insert(answer).inserted else { continue }
            if start == nil { start = beginBlock(PcapngBlock.nameResolution) }
            append(answer)
        }
        guard let start else { return }
        buffer.append(PcapngNameRecord.end)
        buffer.append(UInt16(0))
        endBlock(start)
    }

    /// Appends a record: the address, and the name with a zero behind it.
    private mutating func append(_ answer: DNSAnswer) {
        let address = answer.address
        let octets = Array(answer.name.utf8) + [0]
        buffer.append(address.isIPv6 ? PcapngNameRecord.ipv6 : PcapngNameRecord.ipv4)
        buffer.append(UInt16((address.isIPv6 ? 16 : 4) + octets.count))
        if address.isIPv6 {
            buffer.append(address.high.byteSwapped)
            buffer.append(address.low.byteSwapped)
        } else {
            buffer.append(UInt32(truncatingIfNeeded: address.low).byteSwapped)
        }
        buffer.appendPadded(octets.span)
    }
}
