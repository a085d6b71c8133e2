import SystemPackage
import TapLinux

/// Looks at the interfaces of a configuration and takes the right to use them.
enum PortClaims {
    /// Claims every interface, or none.
    static func claim(_ configuration: PlaneConfiguration) throws(PlaneError) -> [PlanePort] {
        var findings: [Preflight.Finding] = []
        var ports: [PlanePort] = []
        let journals = try journals(in: configuration.stateDirectory)
        for name in configuration.interfaces {
            var finding = Preflight.Finding(name: name, facts: try facts(of: name))
            if let facts = finding.facts, findings.allSatisfy({ $0.name != name }) {
                let isMonitor = findings.count >= configuration.ports.count
                if let lock = try lock(name, &finding) {
                    ports.append(PlanePort(facts: facts, isMonitor: isMonitor, lock: lock))
                }
                finding.noteOwn(journals, facts)
            }
            findings.append(finding)
        }
        try Preflight(
            configuration: configuration,
            capabilities: try capabilities(),
            findings: findings,
            present: try present()
        ).check()
        return ports
    }

    /// What the kernel says of an interface; nil if there is none of that name.
    static func facts(of name: String) throws(PlaneError) -> InterfaceFacts? {
        do throws(Errno) {
            guard var facts = try RouteSocket().facts(of: name) else { return nil }
            facts.speedMegabits = try InterfaceControl().speed(of: name)
            return facts
        } catch {
            throw PlaneError(.system(step: "ask the kernel about it"), port: name, errno: error)
        }
    }

    /// Throws what is wrong with an interface that came back under its name.
    static func check(
        _ facts: InterfaceFacts,
        _ configuration: PlaneConfiguration
    ) throws(PlaneError) {
        var finding = Preflight.Finding(name: facts.name, facts: facts)
        finding.noteOwn(try journals(in: configuration.stateDirectory), facts)
        try Preflight(configuration: configuration, capabilities: [], findings: [], present: [])
            .check(finding)
    }

    private static func lock(
        _ name: String,
        _ finding: inout Preflight.Finding
    ) throws(PlaneError) -> InterfaceLock? {
        do throws(Errno) {
            return try InterfaceLock(interface: name)
        } catch .addressInUse {
            finding.ownerID = InterfaceLock.owner(ofInterface: name) ?? 0
            return nil
        } catch {
            throw PlaneError(.system(step: "claim it"), port: name, errno: error)
        }
    }

    private static func journals(in directory: String) throws(PlaneError) -> [JournalText] {
        var texts: [JournalText] = []
        for path in try StateJournal.paths(in: directory) {
            if let found = try StateJournal.read(path) { texts.append(found.text) }
        }
        return texts
    }

    private static func capabilities() throws(PlaneError) -> CapabilitySet {
        do throws(Errno) {
            return try CapabilitySet.effective()
        } catch {
            throw PlaneError(.system(step: "ask for our capabilities"), errno: error)
        }
    }

    private static func present() throws(PlaneError) -> [String] {
        do throws(Errno) {
            return try RouteSocket().interfaceNames()
        } catch {
            throw PlaneError(.system(step: "list the interfaces"), errno: error)
        }
    }
}

extension Preflight.Finding {
    /// Notes which filters and programs of the interface are ours, by what hubs before wrote down.
    fileprivate mutating func noteOwn(_ journals: [JournalText], _ facts: InterfaceFacts) {
        for journal in journals where journal.port == name && journal.index == facts.index {
            hasOwnFilter = hasOwnFilter || journal.contains(.filter)
            ownPrograms.formUnion(journal.programs)
        }
    }
}
