package import TapLinux
package import TapWire

/// Makes what happened to ports of what the kernel says of interfaces.
///
/// Theory of operation: a joined interface is known by its number, whatever it is called. When it is gone, the port
/// waits for an interface of its name: the one it had last, or the one in the configuration. Such an interface is a
/// candidate until `join`, as it may be refused. Messages are noted in the kernel's order; the last one about
/// an interface says how it is.
package struct PortWatch: Sendable {
    private var ports: [WatchedPort]

    /// Watches the interfaces that were claimed, with the addresses the host had on them.
    package init(_ links: [LinkState], addresses: [[String]]) {
        ports = zip(links, addresses).map(WatchedPort.init)
    }

    /// How the link of a port is.
    package func state(of port: Int) -> PortState { ports[port].state }

    /// The interface that is joined as this port.
    package func link(of port: Int) -> LinkState? { ports[port].link }

    /// The interface that could be joined as this port.
    package func candidate(for port: Int) -> LinkState? { ports[port].candidate }

    /// The names under which a port that is gone may come back.
    package func names(of port: Int) -> [String] {
        let port = ports[port]
        return port.name == port.configuredName ? [port.name] : [port.name, port.configuredName]
    }

    /// What a message means for the ports.
    package mutating func note(_ message: LinkMessage, at now: Int64) -> [PortEvent] {
        switch message {
        case .state(let link): note(link, at: now)
        case .removed(let index): remove(index, at: now)
        case .address(let index, let address, let length):
            note("\(address)/\(length)", on: index)
        case .addressRemoved(let index, let address, let length):
            forget("\(address)/\(length)", on: index)
        }
    }

    /// What the passing of time means: some things are told only when they last.
    package mutating func tick(at now: Int64) -> [PortEvent] {
        ports.indices.compactMap { tell($0, at: now) }
    }

    /// The interface is the port from now on.
    package mutating func join(_ port: Int, _ link: LinkState, at now: Int64) -> [PortEvent] {
        ports[port].candidate = nil
        ports[port].link = link
        ports[port].name = link.name
        ports[port].isHeld = false
        let shortest = shortest
        let odd = shortest.map { _ in
            PortEvent.mtuChanged(port, mtu: link.mtu, shortest: shortest)
        }
        return [odd, tell(port, at: now)].compactMap { $0 }
    }

    /// The hub took the port down, or does so no longer.
    package mutating func setHeld(_ isHeld: Bool, _ port: Int) { ports[port].isHeld = isHeld }

    private mutating func note(_ link: LinkState, at now: Int64) -> [PortEvent] {
        if let port = ports.firstIndex(where: { $0.link?.index == link.index }) {
            return update(port, link, at: now)
        }
        if let port = ports.firstIndex(where: { $0.candidate?.index == link.index }) {
            // Renamed away before it was joined, perhaps.
            ports[port].candidate = names(of: port).contains(link.name) ? link : nil
            if ports[port].candidate != nil { return [] }
        }
        let isFree = { (port: WatchedPort) in port.link == nil && port.candidate == nil }
        let port =
            ports.firstIndex { isFree($0) && $0.name == link.name }
            ?? ports.firstIndex { isFree($0) && $0.configuredName == link.name }
        guard let port else { return [] }
        ports[port].candidate = link
        return [.appeared(port)]
    }

    private mutating func update(_ port: Int, _ link: LinkState, at now: Int64) -> [PortEvent] {
        guard let old = ports[port].link, old != link else { return [] }
        ports[port].link = link
        var events: [PortEvent] = []
        if old.name != link.name {
            ports[port].name = link.name
            events.append(.renamed(port, from: old.name, to: link.name))
        }
        if old.mtu != link.mtu {
            events.append(.mtuChanged(port, mtu: link.mtu, shortest: shortest))
        }
        if let master = link.master, old.master != master {
            events.append(.mastered(port, master: master))
        }
        if let news = tell(port, at: now) { events.append(news) }
        return events
    }

    private mutating func remove(_ index: Int32, at now: Int64) -> [PortEvent] {
        for port in ports.indices {
            if ports[port].candidate?.index == index { ports[port].candidate = nil }
            guard ports[port].link?.index == index else { continue }
            ports[port].link = nil
            ports[port].isHeld = false
            ports[port].addresses = []
            return [.vanished(port)] + [tell(port, at: now)].compactMap { $0 }
        }
        return []
    }

    // The kernel repeats an address whenever its lifetime changes.
    private mutating func note(_ address: String, on index: Int32) -> [PortEvent] {
        guard let port = ports.firstIndex(where: { $0.link?.index == index }),
            ports[port].addresses.insert(address).inserted
        else { return [] }
        return [.addressed(port, address: address)]
    }

    private mutating func forget(_ address: String, on index: Int32) -> [PortEvent] {
        for port in ports.indices where ports[port].link?.index == index {
            ports[port].addresses.remove(address)
        }
        return []
    }

    private mutating func tell(_ port: Int, at now: Int64) -> PortEvent? {
        switch ports[port].telling.look(ports[port].state, at: now) {
        case .carrierLost: .carrierLost(port)
        case .carrierBack: .carrierBack(port)
        case .setDown: .setDown(port)
        case .setUp: .setUp(port)
        case nil: nil
        }
    }

    /// The port that lets the shortest frames through, if the ports are not equal.
    private var shortest: PortMTU? {
        let links = ports.compactMap(\.link)
        guard let least = links.min(by: { $0.mtu < $1.mtu }),
            links.contains(where: { $0.mtu != least.mtu })
        else { return nil }
        return PortMTU(name: least.name, mtu: least.mtu)
    }
}
