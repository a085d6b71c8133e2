import SystemPackage
import TapLinux

/// A port as the plane keeps it beside the frames: its name, the right to it, and what must be undone.
final class PlanePort {
    let name: String
    let isMonitor: Bool
    /// The interface as it was found last.
    var facts: InterfaceFacts
    /// Nanoseconds of the monotonic clock before which no return is tried again.
    var nextAttempt: Int64 = 0
    /// Whether the last return was refused: that is told once.
    var isRefused = false
    private let lock: InterfaceLock
    private var preparation: PortPreparation?

    init(facts: InterfaceFacts, isMonitor: Bool, lock: consuming InterfaceLock) {
        name = facts.name
        self.facts = facts
        self.isMonitor = isMonitor
        self.lock = lock
    }

    /// Changes the interface as a port needs it.
    ///
    /// - Returns: false if the host's own traffic is not filtered.
    func prepare(
        _ classifiers: PortClassifiers,
        directory: String
    ) throws(PlaneError) -> Bool {
        var isFiltered = false
        preparation = try PortPreparation.prepare(
            facts,
            classifiers: classifiers,
            directory: directory,
            isFiltered: &isFiltered
        )
        return isFiltered
    }

    /// Puts the interface back as it was.
    func restore() throws(PlaneError) { try preparation.take()?.undo() }
}
