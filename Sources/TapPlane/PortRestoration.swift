import SystemPackage
import TapLinux

/// Gives ports back as they were before a hub, from what the hub noted: by the hub itself or by anybody later.
public enum PortRestoration {
    /// Undoes what hubs that are gone have left on ports of this thread's network namespace.
    ///
    /// Ports that vanished are no error, and doing it twice is none either.
    /// - Returns: The names of the ports that had a journal, sorted.
    public static func restoreAll(stateDirectory: String) throws(PlaneError) -> [String] {
        var ports: [String] = []
        for path in try StateJournal.paths(in: stateDirectory) {
            guard let found = try StateJournal.read(path) else { continue }
            ports.append(try restore(found.text, path))
        }
        return ports.sorted()
    }

    /// The name that the interface has now, or had when it was noted if it is gone.
    private static func restore(
        _ text: JournalText,
        _ path: FilePath
    ) throws(PlaneError) -> String {
        let text = try current(text) ?? text
        let lock: InterfaceLock
        do throws(Errno) {
            lock = try InterfaceLock.take(port: text.port)
        } catch .addressInUse {
            let owner = InterfaceLock.owner(ofInterface: text.port) ?? 0
            throw PlaneError(.portBusy(processID: owner), port: text.port)
        } catch {
            throw PlaneError(.system(step: "claim it"), port: text.port, errno: error)
        }
        try undo(text)
        try StateJournal.remove(path, port: text.port)
        // Held until here, so that no hub takes the port half restored.
        _ = consume lock
        return text.port
    }

    /// The journal with the name that the interface has now; nil if it is gone.
    private static func current(_ text: JournalText) throws(PlaneError) -> JournalText? {
        do throws(Errno) {
            guard let name = try InterfaceControl().name(of: text.index) else { return nil }
            guard name != text.port, let address = text.address else {
                return name == text.port ? text : text.renamed(to: name)
            }
            let facts = try RouteSocket().facts(of: name)
            return facts?.mac == address ? text.renamed(to: name) : nil
        } catch {
            throw PlaneError(.system(step: "ask for its name"), port: text.port, errno: error)
        }
    }

    /// Undoes all changes, last to first.
    ///
    /// What one change refuses does not keep the others.
    static func undo(_ text: JournalText) throws(PlaneError) {
        var failure: PlaneError?
        // Programs and filters go last, however late they were noted: until then the port is silent.
        let order =
            text.changes.indices.reversed().filter { !text.changes[$0].isOfClassifiers }
            + text.changes.indices.reversed().filter { text.changes[$0].isOfClassifiers }
        for place in order {
            // Vanished: nothing of ours is left on it.
            guard let text = try current(text) else { return }
            let change = text.changes[place]
            do throws(Errno) {
                try undo(change, text, try InterfaceControl())
            } catch {
                let step = "put back \"\(change.line)\""
                failure = failure ?? PlaneError(.system(step: step), port: text.port, errno: error)
            }
        }
        if let failure { throw failure }
    }

    private static func undo(
        _ change: PortChange,
        _ text: JournalText,
        _ control: borrowing InterfaceControl
    ) throws(Errno) {
        switch change {
        case .flag(let name, let was):
            let flag: InterfaceFlags = name == .up ? .up : .promiscuous
            let flags = try control.flags(of: text.port)
            let wanted = was ? flags.union(flag) : flags.subtracting(flag)
            if wanted != flags { try control.set(wanted, of: text.port) }
        case .sysctl(let sysctl, let was):
            guard let value = try sysctl.value(), value != was else { return }
            try sysctl.set(was)
        case .offload(let offload, let was):
            guard let feature = try control.feature(offload.rawValue, of: text.port),
                feature.isRequested != was
            else { return }
            try control.request(was, feature: offload.rawValue, of: text.port)
        case .queue:
            let route = try RouteSocket()
            guard let facts = try route.facts(of: text.port), !facts.flags.contains(.up),
                facts.rootDiscipline != "noop"
            else { return }
            try route.resetRootDiscipline(of: text.index)
        case .maps, .counts: break
        case .program(let identifier):
            try BPFProgram.detach(identifier, from: text.index)
        case .filter:
            let route = try RouteSocket()
            guard try route.facts(of: text.port)?.ingressDiscipline == "clsact" else { return }
            try route.removeFilterDiscipline(from: text.index)
        }
    }
}
