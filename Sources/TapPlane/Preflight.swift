package import TapLinux
import TapWire

/// Whether ports can be joined as asked, decided on what was found, before anything is touched.
package struct Preflight {
    /// What was found of one interface that was named.
    package struct Finding: Hashable, Sendable {
        /// The name that was given.
        package var name: String
        /// What the kernel says of it; nil if there is none of that name.
        package var facts: InterfaceFacts?
        /// The process of another hub that uses it.
        package var ownerID: Int32?
        /// True if its filters are those of a hub that was killed.
        package var hasOwnFilter = false
        /// The programs on it that are those of a hub that was killed.
        package var ownPrograms: Set<UInt32> = []

        package init(name: String, facts: InterfaceFacts?) {
            self.name = name
            self.facts = facts
        }
    }

    package var configuration: PlaneConfiguration
    package var capabilities: CapabilitySet
    /// One a name, in the order of the configuration's interfaces.
    package var findings: [Finding]
    /// The names of all interfaces there are, for the message.
    package var present: [String]

    package init(
        configuration: PlaneConfiguration,
        capabilities: CapabilitySet,
        findings: [Finding],
        present: [String]
    ) {
        self.configuration = configuration
        self.capabilities = capabilities
        self.findings = findings
        self.present = present
    }

    /// What a hub must be allowed to do, whatever its plane: where the kernel plane may not load programs, it has
    /// actions instead.
    var needed: [Capability] { ActionPlane.capabilities }

    /// Throws the first mistake there is.
    package func check() throws(PlaneError) {
        if let first = mistakes.first { throw first }
    }

    /// Every mistake there is, in the order in which a hub would meet them.
    package var mistakes: [PlaneError] {
        numberMistakes + nameMistakes + capabilityMistakes
            + distinct.flatMap { mistakes(of: $0) } + mtuMistakes
    }

    /// What was found of each interface, those that are named twice only once.
    private var distinct: [Finding] {
        var seen: Set<String> = []
        return findings.filter { seen.insert($0.name).inserted }
    }

    private var numberMistakes: [PlaneError] {
        var mistakes: [PlaneError] = []
        let ports = configuration.ports.count
        if ports < 2 { mistakes.append(PlaneError(.tooFewPorts(ports))) }
        let all = configuration.interfaces.count
        if all > PortIndex.maximumCount { mistakes.append(PlaneError(.tooManyPorts(all))) }
        let spin = Int(clamping: configuration.spin.components.attoseconds / 1_000_000_000_000)
        let seconds = Int(clamping: configuration.spin.components.seconds)
        let numbers = [
            ("slots", configuration.slotCount, PlaneConfiguration.slotCounts),
            ("batch", configuration.batchSize, PlaneConfiguration.batchSizes),
            ("spin", seconds == 0 ? spin : .max, PlaneConfiguration.spinMicroseconds),
        ]
        for (name, value, allowed) in numbers where !allowed.contains(value) {
            let code = PlaneError.Code.outOfRange(option: name, value: value, allowed: allowed)
            mistakes.append(PlaneError(code))
        }
        return mistakes
    }

    private var nameMistakes: [PlaneError] {
        var seen: Set<String> = []
        var twice: Set<String> = []
        return configuration.interfaces.compactMap { name in
            guard !seen.insert(name).inserted, twice.insert(name).inserted else { return nil }
            return PlaneError(.portTwice, port: name)
        }
    }

    private var capabilityMistakes: [PlaneError] {
        let missing = needed.filter { !capabilities.grants($0) }
        return missing.isEmpty ? [] : [PlaneError(.capabilityMissing(missing))]
    }

    /// What is wrong with one interface by itself.
    ///
    /// What else is to be seen on one that is no Ethernet, or that a hub works on, is none of ours to mend.
    func mistakes(of finding: Finding) -> [PlaneError] {
        guard let facts = finding.facts else {
            return [PlaneError(.portMissing(present: present), port: finding.name)]
        }
        guard facts.isEthernet else { return [PlaneError(.portNotEthernet, port: facts.name)] }
        if let owner = finding.ownerID {
            return [PlaneError(.portBusy(processID: owner), port: facts.name)]
        }
        guard !configuration.force else { return [] }
        var codes: [PlaneError.Code] = []
        if let master = facts.master { codes.append(.portHasMaster(master)) }
        if !facts.addresses.isEmpty { codes.append(.portHasAddress(facts.addresses)) }
        if let kind = facts.ingressDiscipline, !finding.hasOwnFilter {
            codes.append(.portHasFilter(kind: kind))
        }
        let foreign = facts.ingressPrograms.filter { !finding.ownPrograms.contains($0) }
        if !foreign.isEmpty { codes.append(.portHasPrograms(foreign)) }
        return codes.map { PlaneError($0, port: facts.name) }
    }

    // Monitors too: a longer frame could not be copied to them.
    private var mtuMistakes: [PlaneError] {
        let found = distinct.compactMap(\.facts).filter(\.isEthernet)
        guard let first = found.first else { return [] }
        return found.filter { $0.mtu != first.mtu }.map { facts in
            PlaneError(
                .mtuMismatch(mtu: facts.mtu, other: first.name, otherMTU: first.mtu),
                port: facts.name
            )
        }
    }
}
