/// The numbers by which the kernel knows counters and buffer of a hub, as a port's journal has them.
package struct KernelMaps: Hashable, Sendable {
    /// The counters.
    package var counters: UInt32
    /// The buffer of frames.
    package var buffer: UInt32
    /// The place of the port whose counters are meant.
    package var place: Int

    package init(counters: UInt32, buffer: UInt32, place: Int) {
        self.counters = counters
        self.buffer = buffer
        self.place = place
    }

    /// Three numbers in one word.
    var word: String { "\(counters):\(buffer):\(place)" }

    init?(word: String) {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let counters = UInt32(parts[0]), let buffer = UInt32(parts[1]),
            let place = Int(parts[2]), place >= 0
        else { return nil }
        self.init(counters: counters, buffer: buffer, place: place)
    }
}
