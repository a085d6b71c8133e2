package import SystemPackage
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
    /// Where a filter looks at a frame.
    let scratch: BPFCounters
    /// Whether both are those of a hub before.
    let isTakenUp: Bool

    /// Takes up what `found` names, if it can be had and fits; else makes both.
    package init(_ found: KernelMaps?, portCount: Int) throws(PlaneError) {
        let count = portCount * ForwardingRoute.counterCount
        // Before Linux 5.11 what is made here counts as locked memory.
        try? ProcessControl.liftMemoryLockLimit()
        do throws(Errno) {
            if let found, let parts = Self.takeUp(found, count) {
                self = parts
                return
            }
            let counters = try BPFCounters(count: count, name: Self.countersName)
            let buffer = try BPFFrameRing(byteCount: Self.bufferByteCount, name: Self.bufferName)
            try self.init(counters, buffer, isTakenUp: false)
        } catch {
            throw PlaneError(.noKernelPlane, errno: error)
        }
    }

    /// Tells the programs what the ports are and how much is copied of a frame.
    ///
    /// - Parameters:
    ///   - interfaces: By port; 0 for one that is not there.
    ///   - captureLimit: How many octets are copied of a frame.
    ///   - asksForEach: Whether the kernel is asked what becomes of each frame.
    /// - Throws: What the kernel says, which it has no reason to.
    package func set(
        interfaces: [UInt32],
        captureLimit: Int = ForwardingRoute.maximumCapture,
        asksForEach: Bool = false
    ) throws(Errno) {
        let headers = UInt32(PlaneConfiguration.headerByteCount)
        let limit = UInt32(min(captureLimit, ForwardingRoute.maximumCapture))
        try switches.set([asksForEach ? 1 : 0, limit, headers] + interfaces)
    }

    private init(
        _ counters: consuming BPFCounters,
        _ buffer: consuming BPFFrameRing,
        isTakenUp: Bool
    ) throws(Errno) {
        let ports = counters.count / ForwardingRoute.counterCount
        let count = ForwardingRoute.Switch.interface(ports).place
        let scratch = try BPFCounters(
            count: PacketFilter.window / MemoryLayout<UInt64>.size,
            name: "hubtap_scratch"
        )
        let switches = try BPFSwitches(count: count, name: "hubtap_switches")
        self.scratch = scratch
        self.switches = switches
        self.counters = counters
        self.buffer = buffer
        self.isTakenUp = isTakenUp
    }

    // The number is that of the layout: what a hub of another one left is not taken up.
    private static let countersName = "hubtap_counts1"
    private static let bufferName = "hubtap_frames1"

    // Gone with the programs, of another size, or not ours to open (CAP_SYS_ADMIN): new ones do.
    private static func takeUp(_ found: KernelMaps, _ count: Int) -> KernelParts? {
        do throws(Errno) {
            let counters = try BPFCounters(
                identifier: found.counters,
                count: count,
                name: countersName
            )
            let buffer = try BPFFrameRing(
                identifier: found.buffer,
                byteCount: bufferByteCount,
                name: bufferName
            )
            return try KernelParts(counters, buffer, isTakenUp: true)
        } catch {
            return nil
        }
    }
}
