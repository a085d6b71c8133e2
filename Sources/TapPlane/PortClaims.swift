import SystemPackage
import TapLinux

/// Looks at the interfaces of a configuration and takes the right to use them.
enum PortClaims {
    /// Claims every interface, or none.
    static func claim(_ configuration: PlaneConfiguration) throws(PlaneError) -> [PlanePort] {
        var ports: [PlanePort] = []
        let journals = try journals(in: configuration.stateDirectory)
        let preflight = try preflight(configuration, journals) { finding throws(PlaneError) in
            guard let facts = finding.facts, let lock = try lock(facts.name, &finding) else {
                return
            }
            let isMonitor = ports.count >= configuration.ports.count
            ports.append(
                PlanePort(
                    facts: facts,
                    isMonitor: isMonitor,
                    offloads: configuration.offloads,
                    lock: lock
                )
            )
        }
        try preflight.check()
        return ports
    }

    /// What `claim` would decide on, with nothing claimed.
    ///
    /// - Parameters:
    ///   - configuration: Which interfaces are to be joined, and how.
    ///   - journals: What hubs before left, as far as it can be read.
    /// - Returns: What was found, to be decided on.
    /// - Throws: What the kernel would not tell.
    static func survey(
        _ configuration: PlaneConfiguration,
        journals: [JournalText]
    ) throws(PlaneError) -> Preflight {
        try preflight(configuration, journals) { finding in
            guard finding.facts != nil else { return }
            finding.ownerID = InterfaceLock.owner(ofInterface: finding.name)
        }
    }

    /// Looks at every interface; `visit` is called once for each name.
    private static func preflight(
        _ configuration: PlaneConfiguration,
        _ journals: [JournalText],
        visit: (inout Preflight.Finding) throws(PlaneError) -> Void
    ) throws(PlaneError) -> Preflight {
        var findings: [Preflight.Finding] = []
        for name in configuration.interfaces {
            var finding = Preflight.Finding(name: name, facts: try facts(of: name))
            if findings.allSatisfy({ $0.name != name }) { try visit(&finding) }
            if let facts = finding.facts { finding.noteOwn(journals, facts) }
            findings.append(finding)
        }
        return Preflight(
            configuration: configuration,
            capabilities: try capabilities(),
            findings: findings,
            present: try present()
        )
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
        let mistakes = Preflight(
            configuration: configuration,
            capabilities: [],
            findings: [],
            present: []
        )
        .mistakes(of: finding)
        if let first = mistakes.first { throw first }
    }

    /// Counters and buffer that a hub left in the kernel.
    ///
    /// - Returns: Whether there are any, and those of a hub of the same ports in the same order.
    static func leftMaps(
        _ configuration: PlaneConfiguration
    ) throws(PlaneError) -> (isAny: Bool, maps: KernelMaps?) {
        let journals = try journals(in: configuration.stateDirectory)
        let left = configuration.interfaces.map { name in
            journals.first { $0.port == name }?.maps
        }
        let isAny = left.contains { $0 != nil }
        var found: KernelMaps?
        for (place, maps) in left.enumerated() {
            guard var maps, maps.place == place else { return (isAny, nil) }
            maps.place = 0
            guard found == nil || found == maps else { return (isAny, nil) }
            found = maps
        }
        return (isAny, found)
    }

    private static func lock(
        _ name: String,
        _ finding: inout Preflight.Finding
    ) throws(PlaneError) -> InterfaceLock? {
        do throws(Errno) {
            return try InterfaceLock.take(port: name)
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
        hasOwnFilter = journals.contains {
            $0.port == name && $0.index == facts.index && $0.contains(.filter)
        }
        // No two programs ever have the same number, and they stay on an interface that gets another one.
        ownPrograms = Set(journals.flatMap(\.programs))
    }
}
