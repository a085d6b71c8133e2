import SystemPackage
import TapLinux

/// Makes a port fit to be one of a hub: up, taking frames for everybody, and silent of its own.
///
/// Every change is noted in the journal before it is made. What a hub before noted is left as it
/// stands there: the state to go back to is always that before the first hub.
struct PortPreparation: ~Copyable {
    var journal: StateJournal
    private(set) var port: String
    /// What was made of the port's receive offloads.
    private(set) var offloadChanges = OffloadChanges()

    /// Prepares the port, and lets the kernel treat its frames as `treatment` says.
    ///
    /// - Returns: Beside the preparation whether the port is filtered: false where the kernel cannot, or
    ///   someone else's filters were to be kept.
    static func prepare(
        _ facts: InterfaceFacts,
        treatment: PortTreatment,
        offloads: PlaneConfiguration.Offloads,
        directory: String,
        isFiltered: inout Bool
    ) throws(PlaneError) -> PortPreparation {
        let journal = try StateJournal.open(
            directory: directory,
            port: facts.name,
            index: facts.index,
            address: facts.mac
        )
        var preparation = PortPreparation(journal: journal, port: facts.name)
        do throws(PlaneError) {
            isFiltered = try preparation.apply(facts, treatment, offloads)
            return preparation
        } catch {
            // What a hub before left goes on. Else the first failure is the one to tell; the journal stays if
            // undoing fails, too.
            if !preparation.isTakenOver { try? preparation.undo() }
            throw error
        }
    }

    /// Whether a hub before had prepared the port.
    var isTakenOver: Bool { journal.isTakenOver }

    private init(journal: consuming StateJournal, port: String) {
        self.journal = journal
        self.port = port
    }

    /// The interface has another name from now on.
    mutating func rename(to name: String) throws(PlaneError) {
        port = name
        try journal.rename(to: name)
    }

    /// Notes that the port was up, before it is taken down for a while.
    mutating func noteTakingDown() throws(PlaneError) {
        // Where the hub itself had to set it up, down is what to go back to, and noted already.
        try journal.note(.flag(.up, was: true))
    }

    /// Puts the port back as it was before the first change.
    consuming func undo() throws(PlaneError) {
        try PortRestoration.undo(journal.text)
        try journal.remove()
    }

    // Silence first, then the flag that could make the kernel speak.
    private mutating func apply(
        _ facts: InterfaceFacts,
        _ treatment: PortTreatment,
        _ offloads: PlaneConfiguration.Offloads
    ) throws(PlaneError) -> Bool {
        let isFiltered = try apply(treatment, to: facts)
        try set(PortChange.arpIgnore(port), to: "8")
        // Disabling IPv6 takes addresses away for good; where the user keeps some, the filter must do.
        if !facts.addresses.contains(where: { $0.contains(":") }) {
            try set(PortChange.disableIPv6(port), to: "1")
        }
        offloadChanges = try settle(offloads)
        try raise(.promiscuous, .promiscuous)
        if facts.rootDiscipline == "noop" { try journal.note(.queue) }
        try raise(.up, .up)
        return isFiltered
    }

    private mutating func set(_ path: String, to value: String) throws(PlaneError) {
        let sysctl = Sysctl(path)
        try step("set \(path)") { () throws(Errno) in
            guard let was = try sysctl.value(), was != value else { return nil }
            return .sysctl(sysctl, was: was)
        } change: { () throws(Errno) in
            try sysctl.set(value)
        }
    }

    private mutating func raise(
        _ name: PortChange.Flag,
        _ flag: InterfaceFlags
    ) throws(PlaneError) {
        let port = port
        try step("set it \(name.rawValue)") { () throws(Errno) in
            let flags = try InterfaceControl().flags(of: port)
            return flags.contains(flag) ? nil : .flag(name, was: false)
        } change: { () throws(Errno) in
            let control = try InterfaceControl()
            try control.set(try control.flags(of: port).union(flag), of: port)
        }
    }

    /// Asks what has to be changed, notes it, and changes it.
    mutating func step(
        _ sentence: String,
        needs: () throws(Errno) -> PortChange?,
        change: () throws(Errno) -> Void
    ) throws(PlaneError) {
        let needed: PortChange?
        do throws(Errno) {
            needed = try needs()
        } catch {
            throw PlaneError(.system(step: sentence), port: port, errno: error)
        }
        guard let needed else { return }
        try journal.note(needed)
        do throws(Errno) {
            try change()
        } catch {
            throw PlaneError(.system(step: sentence), port: port, errno: error)
        }
    }
}
