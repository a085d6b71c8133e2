extension Array<UInt8> {
    /// Appends the octets of a span.
    package mutating func append(copying bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { output in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }
}

extension Span<UInt8> {
    /// How many octets differ from those of `other`, which has as many.
    func differences(from other: Span<UInt8>) -> Int {
        // In this form the compiler compares and counts sixteen at a time: a count of 128 fits in an octet.
        let common = min(count, other.count)
        var (differences, start) = (0, 0)
        while start < common {
            let block = start..<min(common, start &+ 128)
            let (mine, theirs) = (extracting(block), other.extracting(block))
            var inBlock: UInt8 = 0
            for index in 0..<min(mine.count, theirs.count) {
                inBlock &+= mine[index] == theirs[index] ? 0 : 1
            }
            differences &+= Int(inBlock)
            start = block.upperBound
        }
        return differences
    }

    /// Where the first octet is that differs from that of `other`, which has as many; nil if all are the same.
    func firstDifference(from other: Span<UInt8>) -> Int? {
        for index in indices where self[index] != other[index] { return index }
        return nil
    }
}
