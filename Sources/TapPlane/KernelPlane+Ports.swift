import SystemPackage
import TapLinux
import TapWire

extension KernelPlane {
    /// Prepares a port, which sets it up, and lets its frames cross.
    func prepare(_ index: Int) throws(PlaneError) {
        let route = ForwardingRoute(port: index, in: configuration)
        let classifiers = PortClassifiers(
            ingress: route.program(kernel),
            egress: route.exitProgram(kernel),
            maps: try maps(place: index),
            usesDirectHooks: configuration.usesDirectHooks
        )
        let directory = configuration.stateDirectory
        guard try ports[index].prepare(.programs(classifiers), directory: directory) else {
            throw PlaneError(.kernelPlaneBlocked, port: ports[index].name)
        }
    }

    private func maps(place: Int) throws(PlaneError) -> KernelMaps {
        do throws(Errno) {
            return KernelMaps(
                counters: try kernel.counters.identifier(),
                buffer: try kernel.buffer.identifier(),
                place: place,
                ring: ring
            )
        } catch {
            throw PlaneError(.system(step: "ask for the kernel's counters"), errno: error)
        }
    }

    /// Tells the programs which ports are there.
    func tellPrograms() throws(PlaneError) {
        let limit = configuration.captureLimit
        let interfaces = ports.indices.map { index in
            isPresent[index] ? UInt32(ports[index].facts.index) : 0
        }
        do throws(Errno) {
            try kernel.set(
                interfaces: interfaces,
                captureLimit: limit > 0 ? limit : ForwardingRoute.maximumCapture,
                asksForEach: asksForEach
            )
        } catch {
            throw PlaneError(.system(step: "tell the kernel's programs"), errno: error)
        }
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
        asksForEach = isAsking
        do throws(PlaneError) { try tellPrograms() } catch { report(.failed(error)) }
    }

    /// The interface is gone: what entered elsewhere no longer leaves by every other port, and counts so.
    private mutating func part(_ index: Int) {
        isPresent[index] = false
        do throws(PlaneError) { try tellPrograms() } catch { report(.failed(error)) }
    }

    /// There is an interface of the port's name again.
    private mutating func rejoin(_ index: Int, _ keeper: inout PortKeeper, _ now: Int64) {
        do throws(PlaneError) {
            guard let facts = try keeper.recheck(index) else { return }
            ports[index].facts = facts
            isPresent[index] = true
            // Before its frames are looked at: a port that is not there forwards none.
            try tellPrograms()
            try prepare(index)
            keeper.joined(index, facts, at: now)
        } catch {
            part(index)
            keeper.refused(index, error)
        }
    }
}
