import SystemPackage
package import TapLinux

/// Counters and buffer of a kernel plane, new or those that a hub before left in the kernel.
package struct KernelParts: ~Copyable {
    /// Octets of the buffer that frames wait in for the mirror.
    ///
    /// Enough for a pause of 30 ms at 4 Gbit/s; larger ones measured no better, and leave the cache sooner.
    package static let bufferByteCount = 16 << 20

    package let counters: BPFCounters
    package var buffer: BPFFrameRing
    /// Those of this hub: what they say matters only to its own programs.
    let switches: BPFSwitches
    /// Whether both are those of a hub before.
    let isTakenUp: Bool

    /// Takes up what `found` names, if it can be had and fits; else makes both.
    package init(_ found: KernelMaps?, portCount: Int) throws(PlaneError) {
        let count = portCount * ForwardingRoute.counterCount
        do throws(Errno) {
            if let found, let parts = Self.takeUp(found, count) {
                self = parts
                return
            }
            let counters = try BPFCounters(count: count, name: "hubtap_counts")
            let buffer = try BPFFrameRing(byteCount: Self.bufferByteCount, name: "hubtap_frames")
            try self.init(counters, buffer, isTakenUp: false)
        } catch {
            throw PlaneError(.noKernelPlane, errno: error)
        }
    }

    private init(
        _ counters: consuming BPFCounters,
        _ buffer: consuming BPFFrameRing,
        isTakenUp: Bool
    ) throws(Errno) {
        let count = ForwardingRoute.Switch.allCases.count
        switches = try BPFSwitches(count: count, name: "hubtap_switches")
        self.counters = counters
        self.buffer = buffer
        self.isTakenUp = isTakenUp
    }

    // Gone with the programs, of another size, or not ours to open (CAP_SYS_ADMIN): new ones do.
    private static func takeUp(_ found: KernelMaps, _ count: Int) -> KernelParts? {
        do throws(Errno) {
            let counters = try BPFCounters(identifier: found.counters, count: count)
            let buffer = try BPFFrameRing(identifier: found.buffer, byteCount: bufferByteCount)
            return try KernelParts(counters, buffer, isTakenUp: true)
        } catch {
            return nil
        }
    }
}
