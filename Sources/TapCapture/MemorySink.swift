public import SystemPackage

/// Keeps a capture in memory, and grows as the capture does.
public struct MemorySink: OctetSink, Sendable {
    /// What was written so far.
    public private(set) var octets: [UInt8] = []

    /// An empty sink.
    public init() {}

    /// Appends all of `octets`.
    public mutating func write(_ octets: Span<UInt8>) throws(Errno) -> Int {
        self.octets.reserveCapacity(self.octets.count + octets.count)
        for index in octets.indices { self.octets.append(octets[index]) }
        return octets.count
    }

    /// Removes the last `octetCount` octets.
    public mutating func takeBack(octetCount: Int) -> Bool {
        octets.removeLast(min(octetCount, octets.count))
        return true
    }
}
