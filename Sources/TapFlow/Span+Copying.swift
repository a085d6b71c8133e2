extension Array<UInt8> {
    /// Appends the octets of a span.
    package mutating func append(copying bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { output in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }
}

extension Span<UInt8> {
    /// Where the first octet is that differs from that of `other`, which has as many; nil if all are the same.
    func firstDifference(from other: Span<UInt8>) -> Int? {
        for index in indices where self[index] != other[index] { return index }
        return nil
    }
}
