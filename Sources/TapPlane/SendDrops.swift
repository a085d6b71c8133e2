import SystemPackage
import TapLinux

/// What ports were given by the kernel's programs and did not send.
package struct SendDrops: ~Copyable {
    /// Drops since the last time, by the port that was to send.
    package struct Counts: Hashable, Sendable {
        /// Those of the devices.
        package var devices: [UInt64]
        /// Those of the queues before them; nil if they were not asked.
        package var queues: [UInt64]?

        package init(devices: [UInt64], queues: [UInt64]? = nil) {
            self.devices = devices
            self.queues = queues
        }
    }

    private let route: RouteSocket
    private var devices: [Int32: UInt64] = [:]
    private var queues: [Int32: UInt64] = [:]
    private var nextLook: Int64 = 0

    init() throws(PlaneError) {
        do throws(Errno) {
            route = try RouteSocket()
        } catch {
            throw PlaneError(.system(step: "open a netlink socket"), errno: error)
        }
    }

    /// Drops since the last time; none of a port that was not seen before.
    ///
    /// The queues are asked once a second: that waits for whoever changes any interface.
    mutating func take(_ ports: [PlanePort], at now: Int64) -> Counts {
        var counts = Counts(devices: [UInt64](repeating: 0, count: ports.count))
        if let drops = try? DeviceCounters.sendDrops() {
            counts.devices = ports.map { port in
                drops[port.name].map { Self.grown($0, &devices, port.facts.index) } ?? 0
            }
        }
        guard now >= nextLook else { return counts }
        nextLook = now &+ Self.queueNanoseconds
        counts.queues = ports.map { port in
            guard let count = try? route.queueDrops(of: port.facts.index) else { return 0 }
            return Self.grown(count, &queues, port.facts.index)
        }
        return counts
    }

    private static func grown(
        _ count: UInt64,
        _ known: inout [Int32: UInt64],
        _ index: Int32
    ) -> UInt64 {
        defer { known[index] = count }
        return known[index].map { count > $0 ? count - $0 : 0 } ?? 0
    }

    private static let queueNanoseconds: Int64 = 1_000_000_000
}
