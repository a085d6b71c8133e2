import SystemPackage
import TapLinux

extension PortKeeper {
    /// Looks at every port itself, whatever was said of it.
    mutating func look(at now: Int64, _ tasks: inout [PortTask]) {
        for port in ports.indices { look(at: port, now, &tasks) }
    }

    /// Looks at one port: at its interface by its number, or for one of its name.
    mutating func look(at port: Int, _ now: Int64, _ tasks: inout [PortTask]) {
        let known = watch.link(of: port) ?? watch.candidate(for: port)
        do throws(Errno) {
            if let known {
                guard var link = try control.link(of: known.index) else {
                    follow(watch.note(.removed(index: known.index), at: now), &tasks)
                    return
                }
                link.master = known.master
                follow(watch.note(.state(link), at: now), &tasks)
                return
            }
            for name in watch.names(of: port) {
                guard let index = try control.index(of: name),
                    let link = try control.link(of: index)
                else { continue }
                follow(watch.note(.state(link), at: now), &tasks)
            }
        } catch {
            // Changing while it was looked at: the next look or message will tell.
        }
    }

    /// Does what is the same for every plane, tells people, and leaves the rest to the plane.
    mutating func follow(_ events: [PortEvent], _ tasks: inout [PortTask]) {
        for event in events {
            switch event {
            case .vanished(let port):
                ports[port].letGo()
                report(.vanished(ports[port].name))
                tasks.append(.part(port))
            case .appeared: break
            case .renamed(let port, let old, let new):
                // The journal has the number; that its name is an old one keeps nobody from restoring.
                try? ports[port].rename(to: new)
                report(.renamed(old, to: new))
            case .mtuChanged(let port, let mtu, let shortest):
                ports[port].facts.mtu = mtu
                report(.mtuChanged(ports[port].name, mtu: mtu, shortest: shortest))
                tasks.append(.resize(port))
            case .mastered(let port, let master): noteMaster(master, of: port)
            case .addressed(let port, let address):
                report(.addressed(ports[port].name, address: address))
            case .carrierLost(let port): report(.carrierLost(ports[port].name))
            case .carrierBack(let port): report(.carrierBack(ports[port].name))
            case .setDown(let port): report(.setDown(ports[port].name))
            case .setUp(let port): report(.setUp(ports[port].name))
            }
        }
    }

    // A master that it had when it was claimed, by force, is none that it acquired.
    private func noteMaster(_ index: Int32, of port: Int) {
        let name = (try? control.name(of: index)).flatMap { $0 } ?? "interface \(index)"
        guard ports[port].facts.master != name else { return }
        ports[port].facts.master = name
        report(.mastered(ports[port].name, master: name))
    }
}
