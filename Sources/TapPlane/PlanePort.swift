import SystemPackage
import TapLinux

/// A port as the plane keeps it beside the frames: its name, the right to it, and what must be undone.
final class PlanePort {
    /// The name in the configuration.
    let configuredName: String
    let isMonitor: Bool
    private let offloads: PlaneConfiguration.Offloads
    /// The interface as it was found last.
    var facts: InterfaceFacts
    /// Whether we took it down, so that its far end notices that the other one is gone.
    private(set) var isHeld = false
    /// What the last preparation made of the receive offloads, until it is told.
    private var offloadChanges = OffloadChanges()
    private let lock: InterfaceLock
    private var lockOfNewName: InterfaceLock?
    private var preparation: PortPreparation?

    init(
        facts: InterfaceFacts,
        isMonitor: Bool,
        offloads: PlaneConfiguration.Offloads,
        lock: consuming InterfaceLock
    ) {
        configuredName = facts.name
        self.facts = facts
        self.isMonitor = isMonitor
        self.offloads = offloads
        self.lock = lock
    }

    /// The name of the interface.
    var name: String { facts.name }

    /// Changes the interface as a port needs it, which sets it up.
    ///
    /// - Returns: false if the host's own traffic is not filtered.
    func prepare(
        _ treatment: PortTreatment,
        directory: String
    ) throws(PlaneError) -> Bool {
        var isFiltered = false
        preparation = try PortPreparation.prepare(
            facts,
            treatment: treatment,
            offloads: offloads,
            directory: directory,
            isFiltered: &isFiltered
        )
        offloadChanges = preparation?.offloadChanges ?? OffloadChanges()
        isHeld = false
        return isFiltered
    }

    /// What there is to tell of the receive offloads since the last preparation; told once.
    func takeOffloadChanges() -> OffloadChanges? {
        defer { offloadChanges = OffloadChanges() }
        return offloadChanges.isEmpty ? nil : offloadChanges
    }

    /// Lets the kernel treat the frames of the port otherwise, which is prepared.
    ///
    /// - Returns: false if it cannot.
    func change(to treatment: PortTreatment) throws(PlaneError) -> Bool {
        try preparation?.apply(treatment, to: facts) ?? false
    }

    /// What the counters of the port's filter begin at, if it has one that forwards.
    var counts: PortCounts? { preparation?.journal.text.counts }

    /// The interface has another name from now on, under which its changes can be undone.
    func rename(to name: String) throws(PlaneError) {
        facts.name = name
        // The old name stays ours: it is the one that the configuration has.
        lockOfNewName = name == configuredName ? nil : try? InterfaceLock(interface: name)
        try preparation?.rename(to: name)
    }

    /// Takes the port down until `raise`; that it was up is noted before.
    func takeDown() throws(PlaneError) {
        try preparation?.noteTakingDown()
        try switchLink(false, "take it down")
        isHeld = true
    }

    /// Sets the port up again.
    func raise() throws(PlaneError) {
        try switchLink(true, "set it up again")
        isHeld = false
    }

    /// The interface is gone, or someone else set it up: there is nothing to raise.
    func letGo() { isHeld = false }

    /// Puts the interface back as it was.
    func restore() throws(PlaneError) { try preparation.take()?.undo() }

    /// Puts the interface back, unless a hub before had prepared it: then it stays, journal and all.
    func abandon() {
        guard let preparation = preparation.take(), !preparation.isTakenOver else { return }
        // What made us give up is the one to tell; the journal stays if this fails, too.
        try? preparation.undo()
    }

    private func switchLink(_ isUp: Bool, _ step: String) throws(PlaneError) {
        do throws(Errno) {
            try RouteSocket().setUp(isUp, of: facts.index)
        } catch {
            throw PlaneError(.system(step: step), port: name, errno: error)
        }
    }
}
