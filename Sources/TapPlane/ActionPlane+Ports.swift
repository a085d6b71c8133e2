import SystemPackage
import TapLinux
import TapWire

extension ActionPlane {
    func treatment(of index: Int) -> PortTreatment { .actions(actions(of: index)) }

    private func actions(of index: Int) -> PortActions {
        let others = ports.indices.filter { $0 != index && isPresent[$0] }
        let sources = others.filter(configuration.ports.indices.contains)
        let targets = others.map { ports[$0].facts.index }
        let isForwarding = configuration.ports.indices.contains(index) && !targets.isEmpty
        return PortActions(
            entry: isForwarding ? .forward(targets) : .drop,
            sources: Dictionary(uniqueKeysWithValues: sources.map { ($0, ports[$0].name) }),
            counts: counts(of: index)
        )
    }

    /// The totals of a port, as far as the kernel can count, for the ring that they stand in.
    func counts(of index: Int) -> PortCounts {
        var counts = meters[index].counts
        counts.ring = ring
        return counts
    }

    mutating func noteTreatment(of index: Int, isNew: Bool) throws(PlaneError) {
        if isNew { try attach(index) }
        guard let start = ports[index].counts else { return }
        meters[index].begin(at: start)
        let hubPorts = configuration.ports.indices
        meters[index].isIncomplete =
            hubPorts.contains(index)
            && interfaces(hubPorts, without: index).count < hubPorts.count - 1
    }

    private mutating func attach(_ index: Int) throws(PlaneError) {
        do throws(Errno) {
            let attachment = try PortAttachment(
                ports[index].facts,
                configuration: configuration
            )
            exchange.attach(attachment, at: index)
        } catch {
            let name = ports[index].name
            throw PlaneError(.system(step: "open packet sockets"), port: name, errno: error)
        }
    }

    /// Looks after the ports: links, interfaces that went or came back.
    ///
    /// - Returns: The ports whose frames may be longer now.
    mutating func tend(_ keeper: inout PortKeeper, _ now: Int64) -> [Int] {
        exchange.tend(&seen)
        var wider: [Int] = []
        for task in keeper.tend(at: now) {
            switch task {
            case .part(let index):
                // The kernel takes the interface out of the other ports' actions, and counts what it does not take.
                isPresent[index] = false
                exchange.part(index)
            case .join(let index):
                readMeters()
                rejoin(index, &keeper, now)
            case .resize(let index): wider.append(index)
            }
        }
        for index in ports.indices {
            ledger.ports[index].state = isPresent[index] ? keeper.state(of: index) : .gone
        }
        return wider
    }

    /// Takes in what the kernel has counted.
    mutating func readMeters() {
        do throws(Errno) {
            let route = try RouteSocket()
            let drops = try route.entryDrops()
            let hubPorts = configuration.ports.indices
            for index in ports.indices where isPresent[index] {
                let interface = ports[index].facts.index
                let before = meters[index].frames
                guard let dropped = drops[interface], meters[index].note(drops: dropped),
                    hubPorts.contains(index)
                else { continue }
                let others = hubPorts.filter { $0 != index }
                for other in others where !isPresent[other] {
                    notTaken[other] &+= meters[index].frames &- before
                }
                guard let targets = try route.forwarding(from: interface) else { continue }
                // What a monitor misses is no loss on the wire.
                let failures = targets.prefix(others.count).map(\.failures)
                let news = meters[index].note(failures: failures)
                for (other, missed) in zip(others.filter { isPresent[$0] }, news) {
                    notTaken[other] &+= UInt64(missed)
                }
            }
        } catch {
            // Read again with the next look.
        }
    }
}
