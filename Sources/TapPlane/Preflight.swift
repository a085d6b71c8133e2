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

    /// What a hub must be allowed to do.
    static let needed: [Capability] = [.netAdmin, .netRaw]

    /// Throws the first mistake there is.
    package func check() throws(PlaneError) {
        try checkNumbers()
        try checkNames()
        let missing = Self.needed.filter { !capabilities.grants($0) }
        guard missing.isEmpty else { throw PlaneError(.capabilityMissing(missing)) }
        for finding in findings { try check(finding) }
        try checkMTUs()
    }

    private func checkNumbers() throws(PlaneError) {
        let ports = configuration.ports.count
        guard ports >= 2 else { throw PlaneError(.tooFewPorts(ports)) }
        let all = configuration.interfaces.count
        guard all <= PortIndex.maximumCount else { throw PlaneError(.tooManyPorts(all)) }
        let spin = Int(clamping: configuration.spin.components.attoseconds / 1_000_000_000_000)
        let seconds = Int(clamping: configuration.spin.components.seconds)
        let numbers = [
            ("slots", configuration.slotCount, PlaneConfiguration.slotCounts),
            ("batch", configuration.batchSize, PlaneConfiguration.batchSizes),
            ("spin", seconds == 0 ? spin : .max, PlaneConfiguration.spinMicroseconds),
        ]
        for (name, value, allowed) in numbers where !allowed.contains(value) {
            throw PlaneError(.outOfRange(option: name, value: value, allowed: allowed))
        }
    }

    private func checkNames() throws(PlaneError) {
        var seen: Set<String> = []
        for name in configuration.interfaces where !seen.insert(name).inserted {
            throw PlaneError(.portTwice, port: name)
        }
    }

    /// Throws what is wrong with one interface by itself.
    func check(_ finding: Finding) throws(PlaneError) {
        guard let facts = finding.facts else {
            throw PlaneError(.portMissing(present: present), port: finding.name)
        }
        guard facts.isEthernet else { throw PlaneError(.portNotEthernet, port: facts.name) }
        if let owner = finding.ownerID {
            throw PlaneError(.portBusy(processID: owner), port: facts.name)
        }
        guard !configuration.force else { return }
        if let master = facts.master {
            throw PlaneError(.portHasMaster(master), port: facts.name)
        }
        guard facts.addresses.isEmpty else {
            throw PlaneError(.portHasAddress(facts.addresses), port: facts.name)
        }
        if let kind = facts.ingressDiscipline, !finding.hasOwnFilter {
            throw PlaneError(.portHasFilter(kind: kind), port: facts.name)
        }
        guard finding.ownPrograms.isSuperset(of: facts.ingressPrograms) else {
            throw PlaneError(.portHasFilter(kind: "tcx"), port: facts.name)
        }
    }

    // Monitors too: a longer frame could not be copied to them.
    private func checkMTUs() throws(PlaneError) {
        guard let first = findings.first?.facts else { return }
        for case let facts? in findings.map(\.facts) where facts.mtu != first.mtu {
            throw PlaneError(
                .mtuMismatch(mtu: facts.mtu, other: first.name, otherMTU: first.mtu),
                port: facts.name
            )
        }
    }
}
