import TapLinux
import TapPlane
import Testing

struct PreflightTests {
    private func preflight(
        _ facts: [InterfaceFacts?],
        _ change: (inout PlaneConfiguration) -> Void = { _ in }
    ) -> Preflight {
        let names = facts.enumerated().map { index, facts in facts?.name ?? "gone\(index)" }
        var configuration = PlaneConfiguration(ports: names)
        change(&configuration)
        let findings = zip(names, facts).map { Preflight.Finding(name: $0, facts: $1) }
        return Preflight(
            configuration: configuration,
            capabilities: CapabilitySet(of: [.netAdmin, .netRaw]),
            findings: findings,
            present: ["a", "b"]
        )
    }

    private let a = InterfaceFacts(name: "a", index: 1)
    private let b = InterfaceFacts(name: "b", index: 2)

    @Test func twoPlainPortsAreFine() throws { try preflight([a, b]).check() }

    @Test func theKernelPlaneNeedsNotLoadPrograms() throws {
        try preflight([a, b]) { $0.plane = .kernel }.check()
    }

    @Test func tooFewPortsAreRefused() {
        #expect(throws: PlaneError(.tooFewPorts(1))) { try preflight([a]).check() }
    }

    @Test func tooManyPortsAreRefused() {
        let many = (0..<33).map { InterfaceFacts(name: "p\($0)", index: Int32($0)) }
        #expect(throws: PlaneError(.tooManyPorts(33))) { try preflight(many).check() }
    }

    @Test func aPortTwiceIsRefusedAlsoAsMonitor() {
        #expect(throws: PlaneError(.portTwice, port: "a")) { try preflight([a, a]).check() }
        let twice = preflight([a, b]) { $0.monitors = ["b"] }
        #expect(throws: PlaneError(.portTwice, port: "b")) { try twice.check() }
    }

    @Test func aMissingPortIsNamedWithThoseThereAre() {
        let error = PlaneError(.portMissing(present: ["a", "b"]), port: "gone1")
        #expect(throws: error) { try preflight([a, nil]).check() }
        #expect("\(error)".contains("gone1"))
        #expect("\(error)".contains("a, b"))
    }

    @Test func loopbackAndTunnelsAreRefused() {
        var loopback = b
        loopback.flags = [.loopback]
        var tunnel = b
        tunnel.hardwareType = 65_534
        for facts in [loopback, tunnel] {
            #expect(throws: PlaneError(.portNotEthernet, port: "b")) {
                try preflight([a, facts], { $0.force = true }).check()
            }
        }
    }

    @Test func aMissingCapabilityIsNamed() {
        var preflight = preflight([a, b])
        preflight.capabilities = CapabilitySet(of: [.netAdmin])
        #expect {
            try preflight.check()
        } throws: { error in
            "\(error)".contains("CAP_NET_RAW") && !"\(error)".contains("CAP_NET_ADMIN")
        }
    }

    @Test func whatAPortIsUsedForIsRefusedUnlessForced() throws {
        var addressed = b
        addressed.addresses = ["192.0.2.1/24"]
        var bridged = b
        bridged.master = "br0"
        var filtered = b
        filtered.ingressDiscipline = "ingress"
        var programmed = b
        programmed.ingressPrograms = [7]
        let cases: [(InterfaceFacts, PlaneError.Code)] = [
            (addressed, .portHasAddress(["192.0.2.1/24"])),
            (bridged, .portHasMaster("br0")),
            (filtered, .portHasFilter(kind: "ingress")),
            (programmed, .portHasPrograms([7])),
        ]
        for (facts, code) in cases {
            #expect(throws: PlaneError(code, port: "b")) { try preflight([a, facts]).check() }
            try preflight([a, facts], { $0.force = true }).check()
        }
    }

    @Test func theFilterOfAHubThatWasKilledIsNoHindrance() throws {
        var filtered = b
        filtered.ingressDiscipline = "clsact"
        var preflight = preflight([a, filtered])
        preflight.findings[1].hasOwnFilter = true
        try preflight.check()
    }

    @Test func theProgramsOfAHubThatWasKilledAreNoHindranceButOthersAre() throws {
        var programmed = b
        programmed.ingressPrograms = [8, 7]
        var preflight = preflight([a, programmed])
        preflight.findings[1].ownPrograms = [7, 8, 9]
        try preflight.check()
        preflight.findings[1].ownPrograms = [7]
        #expect(throws: PlaneError(.portHasPrograms([8]), port: "b")) {
            try preflight.check()
        }
    }

    @Test func anotherHubIsNamedEvenWhenForced() {
        var preflight = preflight([a, b]) { $0.force = true }
        preflight.findings[0].ownerID = 4711
        #expect(throws: PlaneError(.portBusy(processID: 4711), port: "a")) { try preflight.check() }
    }

    @Test func unequalMTUsAreRefusedNamingBoth() {
        var jumbo = b
        jumbo.mtu = 9000
        let error = PlaneError(.mtuMismatch(mtu: 9000, other: "a", otherMTU: 1500), port: "b")
        #expect(throws: error) { try preflight([a, jumbo], { $0.force = true }).check() }
    }

    @Test func numbersOutOfRangeAreRefused() {
        #expect(throws: PlaneError.self) { try preflight([a, b], { $0.slotCount = 1 }).check() }
        #expect(throws: PlaneError.self) { try preflight([a, b], { $0.batchSize = 0 }).check() }
        #expect(throws: PlaneError.self) {
            try preflight([a, b], { $0.spin = .seconds(1) }).check()
        }
    }

    @Test func everyMistakeIsToldAndAHubThrowsTheFirst() {
        var first = a
        first.addresses = ["192.0.2.1/24"]
        first.master = "br0"
        first.mtu = 9000
        var preflight = preflight([first, nil, b])
        preflight.configuration.monitors = ["b"]
        preflight.findings.append(.init(name: "b", facts: b))
        preflight.capabilities = []
        let expected = [
            PlaneError(.portTwice, port: "b"),
            PlaneError(.capabilityMissing([.netAdmin, .netRaw])),
            PlaneError(.portHasMaster("br0"), port: "a"),
            PlaneError(.portHasAddress(["192.0.2.1/24"]), port: "a"),
            PlaneError(.portMissing(present: ["a", "b"]), port: "gone1"),
            PlaneError(.mtuMismatch(mtu: 1500, other: "a", otherMTU: 9000), port: "b"),
        ]
        #expect(preflight.mistakes == expected)
        #expect(throws: expected[0]) { try preflight.check() }
    }

    @Test func whatAHubWorksOnOrIsNoEthernetIsNotPickedOnFurther() {
        var addressed = b
        addressed.addresses = ["192.0.2.1/24"]
        addressed.ingressDiscipline = "clsact"
        var busy = preflight([a, addressed])
        busy.findings[1].ownerID = 4711
        #expect(busy.mistakes == [PlaneError(.portBusy(processID: 4711), port: "b")])
        addressed.flags = [.loopback]
        addressed.mtu = 65_536
        let loopback = preflight([a, addressed])
        #expect(loopback.mistakes == [PlaneError(.portNotEthernet, port: "b")])
    }
}
