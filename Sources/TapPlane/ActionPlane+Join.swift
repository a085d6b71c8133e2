import SystemPackage
import TapLinux
import TapWire

/// How ports come, go and return.
extension ActionPlane {
    /// Prepares every port, which sets it up, and lets its frames cross.
    mutating func prepareAll() throws(PlaneError) {
        for index in ports.indices { isPresent[index] = true }
        for index in ports.indices { try prepare(index) }
    }

    /// There is an interface of the port's name again.
    mutating func rejoin(_ index: Int, _ keeper: inout PortKeeper, _ now: Int64) {
        do throws(PlaneError) {
            guard let facts = try keeper.recheck(index) else { return }
            ports[index].facts = facts
            isPresent[index] = true
            // The others first: what enters by the port is let out by them as soon as it is set up.
            try tellOthers(of: index)
            try prepare(index)
            keeper.joined(index, facts, at: now)
        } catch {
            isPresent[index] = false
            try? tellOthers(of: index)
            keeper.refused(index, error)
        }
    }

    /// The kernel is to treat frames of all other ports as things are: one is there now, or no longer.
    mutating func tellOthers(of index: Int) throws(PlaneError) {
        for other in ports.indices where other != index && isPresent[other] {
            guard try ports[other].change(to: treatment(of: other)) else {
                throw PlaneError(.kernelPlaneBlocked, port: ports[other].name)
            }
            try noteTreatment(of: other, isNew: false)
        }
    }

    /// The interfaces of those ports that are there, but for that of one.
    func interfaces(_ indices: Range<Int>, without index: Int) -> [Int32] {
        indices.filter { $0 != index && isPresent[$0] }.map { ports[$0].facts.index }
    }

    private mutating func prepare(_ index: Int) throws(PlaneError) {
        let directory = configuration.stateDirectory
        guard try ports[index].prepare(treatment(of: index), directory: directory) else {
            throw PlaneError(.kernelPlaneBlocked, port: ports[index].name)
        }
        try noteTreatment(of: index, isNew: true)
    }
}
