import SystemPackage
import TapLinux

/// What ports were given by the kernel's programs and did not send.
struct SendDrops: ~Copyable {
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

    /// Drops since the last time, by the port that was to send; none of a port that was not seen before.
    ///
    /// The queues before devices are asked for once a second: that waits for whoever changes any interface.
    mutating func take(_ ports: [PlanePort], at now: Int64) -> [UInt64] {
        var drops = [UInt64](repeating: 0, count: ports.count)
        if let counts = try? DeviceCounters.sendDrops() {
            drops = ports.map { port in
                guard let count = counts[port.name] else { return 0 }
                return Self.grown(count, &devices, port.facts.index)
            }
        }
        guard now >= nextLook else { return drops }
        nextLook = now &+ Self.queueNanoseconds
        for (place, port) in ports.enumerated() {
            guard let count = try? route.queueDrops(of: port.facts.index) else { continue }
            drops[place] &+= Self.grown(count, &queues, port.facts.index)
        }
        return drops
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
