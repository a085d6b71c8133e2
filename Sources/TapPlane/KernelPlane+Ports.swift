import SystemPackage
import TapLinux
import TapWire

extension KernelPlane {
    /// Prepares a port, which sets it up, and lets its frames cross.
    func prepare(_ index: Int) throws(PlaneError) {
        let directory = configuration.stateDirectory
        guard try ports[index].prepare(classifiers(of: index), directory: directory) else {
            throw PlaneError(.kernelPlaneBlocked, port: ports[index].name)
        }
    }

    /// Tells the programs of all other ports that one is there now, or no longer.
    private func tellOthers(of index: Int) throws(PlaneError) {
        for other in ports.indices where other != index && isPresent[other] {
            guard try ports[other].change(to: classifiers(of: other)) else {
                throw PlaneError(.kernelPlaneBlocked, port: ports[other].name)
            }
        }
    }

    private func classifiers(of index: Int) throws(PlaneError) -> PortClassifiers {
        PortClassifiers(
            ingress: route(of: index).program(kernel),
            maps: try maps(place: index),
            usesDirectHooks: configuration.usesDirectHooks
        )
    }

    private func maps(place: Int) throws(PlaneError) -> KernelMaps {
        do throws(Errno) {
            return KernelMaps(
                counters: try kernel.counters.identifier(),
                buffer: try kernel.buffer.identifier(),
                place: place
            )
        } catch {
            throw PlaneError(.system(step: "ask for the kernel's counters"), errno: error)
        }
    }

    /// Where frames of a port go, as things are.
    private func route(of index: Int) -> ForwardingRoute {
        let hubPorts = configuration.ports.indices
        func interfaces(_ indices: some Sequence<Int>) -> [Int32] {
            indices.filter { $0 != index && isPresent[$0] }.map { ports[$0].facts.index }
        }
        var route = ForwardingRoute(port: index)
        route.isMonitor = !hubPorts.contains(index)
        route.targets = interfaces(hubPorts)
        route.monitors = interfaces(hubPorts.endIndex..<ports.endIndex)
        route.keep = configuration.keep
        route.mailPorts = configuration.mailPorts
        route.isIncomplete = route.targets.count < hubPorts.count - 1
        if configuration.captureLimit > 0 {
            route.captureLimit = min(configuration.captureLimit, ForwardingRoute.maximumCapture)
        }
        return route
    }

    /// Looks after the ports: links, interfaces that went or came back.
    mutating func tend(_ keeper: inout PortKeeper, _ now: Int64) {
        for task in keeper.tend(at: now) {
            switch task {
            case .part(let index): part(index)
            case .join(let index): rejoin(index, &keeper, now)
            // Frames cross whole whatever their length.
            case .resize: break
            }
        }
        for index in ports.indices {
            ledger.ports[index].state = isPresent[index] ? keeper.state(of: index) : .gone
        }
        askForEachWhileALinkIsDown()
    }

    /// A device without a link does not always count what it cannot send: the programs are then to ask.
    private mutating func askForEachWhileALinkIsDown() {
        let isAsking = ledger.ports.prefix(configuration.ports.count).contains { !$0.isUp }
        guard isAsking != asksForEach else { return }
        do throws(Errno) {
            try kernel.switches.set([isAsking ? 1 : 0])
            asksForEach = isAsking
        } catch {
            // Tried again with the next look.
        }
    }

    /// The interface is gone: what entered elsewhere no longer leaves by every other port, and counts so.
    private mutating func part(_ index: Int) {
        isPresent[index] = false
        do throws(PlaneError) {
            try tellOthers(of: index)
        } catch {
            report(.refused(ports[index].name, error))
        }
    }

    /// There is an interface of the port's name again.
    private mutating func rejoin(_ index: Int, _ keeper: inout PortKeeper, _ now: Int64) {
        do throws(PlaneError) {
            guard let facts = try keeper.recheck(index) else { return }
            ports[index].facts = facts
            isPresent[index] = true
            try prepare(index)
            try tellOthers(of: index)
            keeper.joined(index, facts, at: now)
        } catch {
            isPresent[index] = false
            keeper.refused(index, error)
        }
    }
}
