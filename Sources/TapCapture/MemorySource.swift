public import SystemPackage

/// Reads a capture out of memory, in pieces of a given size.
public struct MemorySource: OctetSource, Sendable {
    private let octets: [UInt8]
    private let pieceByteCount: Int
    private var position = 0

    /// Gives `octets`, at most `pieceByteCount` of them at a time.
    public init(_ octets: [UInt8], pieceByteCount: Int = .max) {
        self.octets = octets
        self.pieceByteCount = max(1, pieceByteCount)
    }

    /// Copies the next piece.
    public mutating func read(into room: inout MutableSpan<UInt8>) throws(Errno) -> Int {
        let count = min(room.count, octets.count - position, pieceByteCount)
        for index in 0..<count { room[index] = octets[position + index] }
        position += count
        return count
    }
}
