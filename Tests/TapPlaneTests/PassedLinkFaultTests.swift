import TapLinux
import TapPlane
import TapWire
import Testing

/// Link faults between real interfaces: the far ends notice each other.
///
///     c0 ---- e0 [ hub ] e1 ---- c1
@Suite(.serialized)
struct PassedLinkFaultTests {
    /// Switches one far end and returns how long another one took to have a carrier, or none.
    private func follow(
        _ lab: LabNamespace,
        switching near: String,
        _ isUp: Bool,
        seenAt far: String
    ) throws -> Duration {
        try lab.inside {
            let control = try InterfaceControl()
            let flags = try control.flags(of: near)
            let start = ContinuousClock.now
            try control.set(isUp ? flags.union(.up) : flags.subtracting(.up), of: near)
            try Shell.wait(for: "\(far) to \(isUp ? "have a" : "lose its") carrier") {
                try control.flags(of: far).contains(.running) == isUp
            }
            return ContinuousClock.now - start
        }
    }

    private let limit = Duration.milliseconds(100)

    @Test(arguments: PlaneKind.allCases)
    func eachFarEndLosesItsCarrierWithTheOther(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind, linkFault: .pass)
        for (near, far, state) in [("c0", "c1", 1), ("c1", "c0", 0), ("c0", "c1", 1)] {
            #expect(try follow(lab, switching: near, false, seenAt: far) < limit)
            try Shell.wait(for: "the state") { plane.ledger.ports[state].state == .linkFault }
            #expect(plane.ledger.ports[1 - state].state == .noCarrier)
            #expect(try follow(lab, switching: near, true, seenAt: far) < limit)
            try Shell.wait(for: "the end") { plane.ledger.ports.allSatisfy(\.isUp) }
        }
        let taken = plane.said.filter { if case .takenDown = $0 { true } else { false } }
        #expect(
            taken == ["e1", "e0", "e1"].map { .takenDown($0, for: [$0 == "e0" ? "e1" : "e0"]) }
        )
        #expect(plane.said.count == 12)
        let frames = (0..<20).map { OutgoingFrame([UInt8](repeating: UInt8($0), count: 60)) }
        let received = try Station(lab, "c0").send(frames, to: "c1")
        #expect(received.map(\.octets) == frames.map(\.octets))
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func nothingIsTakenDownUnlessAsked(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        try lab.ip("link", "set", "c0", "down")
        try Shell.wait(for: "the state") { plane.ledger.ports[0].state == .noCarrier }
        try lab.ip("link", "set", "c0", "up")
        try Shell.wait(for: "the state") { plane.ledger.ports[0].isUp }
        #expect(plane.said == [.carrierLost("e0"), .carrierBack("e0")])
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func withThreePortsTheLastOneFollows(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind, ports: ["e0", "e1", "e2"], linkFault: .pass)
        try lab.ip("link", "set", "c0", "down")
        try Shell.wait(for: "the first") { plane.ledger.ports[0].state == .noCarrier }
        #expect(try follow(lab, switching: "c1", false, seenAt: "c2") < limit)
        #expect(try follow(lab, switching: "c0", true, seenAt: "c2") < limit)
        try Shell.wait(for: "the state") {
            plane.ledger.ports.map(\.state) == [.up, .noCarrier, .up]
        }
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func aPortThatIsUnpluggedIsAFaultToo(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind, linkFault: .pass)
        try lab.ip("link", "del", "e0")
        try Shell.wait(for: "the states") {
            plane.ledger.ports.map(\.state) == [.gone, .linkFault]
        }
        try lab.ip("link", "add", "e0", "type", "veth", "peer", "name", "c0")
        try lab.ip("link", "set", "c0", "up")
        try Shell.wait(for: "the end") { plane.ledger.ports.allSatisfy(\.isUp) }
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func aMonitorNeitherFollowsNorLeads(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind, monitors: ["e2"], linkFault: .pass)
        try lab.ip("link", "set", "c2", "down")
        try Shell.wait(for: "the state") { plane.ledger.ports[2].state == .noCarrier }
        #expect(try follow(lab, switching: "c0", false, seenAt: "c1") < limit)
        try lab.ip("link", "set", "c2", "up")
        try Shell.wait(for: "the state") { plane.ledger.ports[2].isUp }
        try Shell.wait(for: "the states") {
            plane.ledger.ports.map(\.state) == [.noCarrier, .linkFault, .up]
        }
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func anEndInOrderSetsThePortUpAgain(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        try lab.ip("link", "set", "e0", "up")
        try lab.ip("link", "set", "e1", "up")
        let plane = try RunningPlane(lab, kind, linkFault: .pass)
        #expect(try follow(lab, switching: "c0", false, seenAt: "c1") < limit)
        try plane.finish()
        #expect(try lab.ip("link", "show", "e1").contains("state UP"))
    }
}
