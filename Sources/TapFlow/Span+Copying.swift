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
        // In this form the compiler compares sixteen at a time.
        let common = min(count, other.count)
        let (mine, theirs) = (extracting(0..<common), other.extracting(0..<common))
        var differences = 0
        for index in 0..<common { differences &+= mine[index] == theirs[index] ? 0 : 1 }
        return differences
    }

    /// Where the first octet is that differs from that of `other`, which has as many; nil if all are the same.
    func firstDifference(from other: Span<UInt8>) -> Int? {
        for index in indices where self[index] != other[index] { return index }
        return nil
    }
}
