import TapPlane

/// Hubs and cables without a kernel: what the ports of hubs see of links, and what that makes the hubs do.
///
/// A port has a carrier when its cable is in, both ends are on, and they have had the time they need to agree.
struct LinkWorld {
    /// One port of one hub, and the cable at it.
    struct Port {
        var hub: Int
        var number: Int
        /// The port at the other end; nil for a device that is always on.
        var peer: Int?
        var isPlugged = true
        var isPresent = true
        /// What the interface is set to, by the hub or by someone.
        var isOn = true
        /// Nanoseconds that the link takes to come up.
        var negotiation: Int64 = 0
        /// Since when nothing keeps the link from coming up.
        var since: Int64?
    }

    private(set) var now: Int64 = 0
    private(set) var actionCount = 0
    var ports: [Port]
    private var faults: [LinkFault]
    /// True for a world in which a port that comes up takes the carrier of the one before it.
    var isPerverse = false

    /// Hubs with so many ports each, every port with a device at it.
    init(hubs: [Int]) {
        ports = hubs.enumerated().flatMap { hub, count in
            (0..<count).map { Port(hub: hub, number: $0) }
        }
        faults = hubs.map { LinkFault(portCount: $0, at: 0) }
    }

    /// Cables two ports together, in place of their devices.
    mutating func join(_ a: Int, _ b: Int) {
        ports[a].peer = b
        ports[b].peer = a
    }

    /// Pulls or plugs a cable, at both of its ends.
    mutating func plug(_ port: Int, _ isPlugged: Bool) {
        ports[port].isPlugged = isPlugged
        if let peer = ports[port].peer { ports[peer].isPlugged = isPlugged }
    }

    func isHeld(_ port: Int) -> Bool { faults[ports[port].hub].isHeld(ports[port].number) }

    func hasCarrier(_ port: Int) -> Bool {
        guard let since = ports[port].since else { return false }
        return now - since >= ports[port].negotiation
    }

    func sight(_ port: Int) -> LinkFault.Sight {
        guard ports[port].isPresent else { return .gone }
        guard ports[port].isOn else { return .down }
        return hasCarrier(port) ? .carrier : .noCarrier
    }

    /// Lets time pass; every hub looks once.
    mutating func step(_ nanoseconds: Int64) {
        now += nanoseconds
        for hub in faults.indices {
            refresh()
            let indices = ports.indices.filter { ports[$0].hub == hub }
            for action in faults[hub].decide(indices.map { sight($0) }, at: now) {
                switch action {
                case .takeDown(let number): set(indices[number], isOn: false)
                case .raise(let number): set(indices[number], isOn: true)
                case .letGo, .postpone: break
                }
            }
        }
        refresh()
    }

    /// Lets so many seconds pass in steps of so many milliseconds.
    mutating func run(seconds: Int64, milliseconds: Int64 = 50) {
        for _ in 0..<(seconds * 1000 / milliseconds) { step(milliseconds * 1_000_000) }
    }

    private mutating func set(_ port: Int, isOn: Bool) {
        actionCount += 1
        ports[port].isOn = isOn
        refresh()
    }

    private mutating func refresh() {
        for port in ports.indices {
            let isReady = isOn(port) && ports[port].isPlugged && isFarEndOn(port)
            if !isReady { ports[port].since = nil }
            if isReady, ports[port].since == nil { ports[port].since = now }
        }
    }

    private func isOn(_ port: Int) -> Bool { ports[port].isPresent && ports[port].isOn }

    private func isFarEndOn(_ port: Int) -> Bool {
        if isPerverse, port == 0, isOn(1) { return false }
        return ports[port].peer.map { isOn($0) } ?? true
    }
}
