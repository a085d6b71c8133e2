import SystemPackage
import TapLinux

/// What ports were given by the kernel's programs and did not send.
///
/// Only where there is one other port: with several the programs learn of each clone what became of it.
struct SendDrops: ~Copyable {
    private let route: RouteSocket
    private let hubPortCount: Int
    private var last: [UInt64?]
    private var lastInterfaces: [Int32]

    init(hubPortCount: Int, portCount: Int) throws(PlaneError) {
        do throws(Errno) {
            route = try RouteSocket()
        } catch {
            throw PlaneError(.system(step: "open a netlink socket"), errno: error)
        }
        self.hubPortCount = hubPortCount
        last = Array(repeating: nil, count: portCount)
        lastInterfaces = Array(repeating: 0, count: portCount)
    }

    /// Drops since the last time, by the port that the frames entered.
    mutating func take(_ ports: [PlanePort]) -> [UInt64] {
        var drops = [UInt64](repeating: 0, count: ports.count)
        guard hubPortCount == 2 else { return drops }
        for (port, entry) in [(0, 1), (1, 0)] {
            let interface = ports[port].facts.index
            if interface != lastInterfaces[port] { last[port] = nil }
            lastInterfaces[port] = interface
            guard let now = try? route.sendDrops(of: interface) else {
                last[port] = nil
                continue
            }
            if let before = last[port], now > before { drops[entry] = now - before }
            last[port] = now
        }
        return drops
    }
}
