/// The numbers by which the kernel knows counters and buffer of a hub, as a port's journal has them.
package struct KernelMaps: Hashable, Sendable {
    /// The counters.
    package var counters: UInt32
    /// The buffer of frames.
    package var buffer: UInt32
    /// The place of the port whose counters are meant.
    package var place: Int
    /// The ring whose ledger goes on with the counters.
    package var ring: UInt64

    package init(counters: UInt32, buffer: UInt32, place: Int, ring: UInt64) {
        self.counters = counters
        self.buffer = buffer
        self.place = place
        self.ring = ring
    }

    /// Four numbers in one word.
    var word: String { "\(counters):\(buffer):\(place):\(String(ring, radix: 16))" }

    init?(word: String) {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, let counters = UInt32(parts[0]), let buffer = UInt32(parts[1]),
            let place = Int(parts[2]), place >= 0, let ring = UInt64(parts[3], radix: 16)
        else { return nil }
        self.init(counters: counters, buffer: buffer, place: place, ring: ring)
    }
}
