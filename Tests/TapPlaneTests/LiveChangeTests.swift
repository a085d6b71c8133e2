import TapLinux
import TapPlane
import TapTesting
import TapWire
import Testing

/// Changes of real interfaces while a plane runs.
@Suite(.serialized)
struct LiveChangeTests {
    private func frames(_ count: Int, octets: Int = 100) -> [OutgoingFrame] {
        var random = SplitMix64(seed: UInt64(octets))
        let header: [UInt8] = [
            2, 0x22, 0x22, 0x22, 0x22, 0x22, 2, 0x11, 0x11, 0x11, 0x11, 0x11, 0x88, 0xB5,
        ]
        return (0..<count).map { _ in OutgoingFrame(header + random.octets(octets - 14)) }
    }

    private func expectCrossing(
        _ lab: LabNamespace,
        _ count: Int = 50,
        octets: Int = 100
    ) throws {
        let sent = frames(count, octets: octets)
        for (source, target) in [("c0", "c1"), ("c1", "c0")] {
            let received = try Station(lab, source).send(sent, to: target)
            #expect(received.map(\.octets) == sent.map(\.octets))
        }
    }

    @Test(arguments: PlaneKind.allCases)
    func aRenamedPortGoesOn(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        try lab.ip("link", "set", "e0", "name", "wan0")
        try Shell.wait(for: "the notice") { plane.said.contains(.renamed("e0", to: "wan0")) }
        try expectCrossing(lab)
        // Its link is watched under the new name, too.
        try lab.ip("link", "set", "c0", "down")
        try Shell.wait(for: "the link's end") { plane.ledger.ports[0].state == .noCarrier }
        try lab.ip("link", "set", "c0", "up")
        try Shell.wait(for: "the link's return") { plane.ledger.ports[0].isUp }
        try expectCrossing(lab)
        #expect(!plane.said.contains { if case .vanished = $0 { true } else { false } })
        try plane.finish()
        #expect(try lab.ip("link", "show", "wan0").contains("PROMISC") == false)
    }

    @Test(arguments: PlaneKind.allCases)
    func framesCrossWhileAPortIsRenamed(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        let sent = frames(3000)
        let received = Box<[FrameSocket.Received]>()
        let sender = try lab.begin { received.set(try Station(lab, "c0").send(sent, to: "c1")) }
        for (old, new) in [("e0", "wan0"), ("wan0", "wan1"), ("wan1", "e0")] {
            try lab.ip("link", "set", old, "name", new)
        }
        try sender()
        #expect(received.value?.map(\.octets) == sent.map(\.octets))
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func aGrownMTUIsFollowed(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        for end in ["c0", "c1"] { try lab.ip("link", "set", end, "mtu", "9000") }
        try lab.ip("link", "set", "e0", "mtu", "9000")
        let limit = PortMTU(name: "e1", mtu: 1500)
        try Shell.wait(for: "the first notice") {
            plane.said.contains(.mtuChanged("e0", mtu: 9000, shortest: limit))
        }
        try lab.ip("link", "set", "e1", "mtu", "9000")
        try Shell.wait(for: "the second notice") {
            plane.said.contains(.mtuChanged("e1", mtu: 9000, shortest: nil))
        }
        try expectCrossing(lab, 400, octets: 9014)
        try Shell.wait(for: "the ledger") {
            plane.ledger.ports.allSatisfy { $0.rxFrames == 400 && $0.forwarded == 400 }
        }
        #expect(plane.ledger.ports.map(\.isBalanced).contains(false) == false)
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func everyFrameIsAccountedForWhenTheSlotsGrow(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        let sent = frames(3000)
        let received = Box<[FrameSocket.Received]>()
        let sender = try lab.begin { received.set(try Station(lab, "c0").send(sent, to: "c1")) }
        for mtu in ["3000", "6000", "9000"] { try lab.ip("link", "set", "e0", "mtu", mtu) }
        try sender()
        // Making a wider ring takes some milliseconds, in which a sender at full speed can fill the old one: that
        // is counted. No frame crosses twice while one ring takes over, and none is missed but one that comes between
        // the two system calls by which a ring of this process hands over.
        let mostMissed: UInt64 = kind == .packet ? 3 : 0
        try Shell.wait(for: "the ledger") { plane.ledger.ports[0].rxFrames >= 3000 - mostMissed }
        let line = plane.ledger.ports[0]
        #expect(line.rxFrames <= 3000)
        #expect(line.notForwarded[.receiveOverflow] == line.notForwarded.total)
        #expect(line.forwarded == UInt64(received.value?.count ?? 0))
        #expect(line.isBalanced)
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func anAddressAndAMasterAreTold(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        try lab.ip("address", "add", "192.0.2.1/24", "dev", "e0")
        try lab.ip("link", "add", "br0", "type", "bridge")
        try lab.ip("link", "set", "e1", "master", "br0")
        try Shell.wait(for: "the notices") {
            plane.said.contains(.addressed("e0", address: "192.0.2.1/24"))
                && plane.said.contains(.mastered("e1", master: "br0"))
        }
        try expectCrossing(lab)
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func aCarrierIsToldAndShown(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        try lab.ip("link", "set", "c1", "down")
        try Shell.wait(for: "the state") { plane.ledger.ports[1].state == .noCarrier }
        try lab.ip("link", "set", "c1", "up")
        try Shell.wait(for: "the state") { plane.ledger.ports[1].state == .up }
        #expect(plane.said == [.carrierLost("e1"), .carrierBack("e1")])
        try lab.ip("link", "set", "e1", "down")
        try Shell.wait(for: "the state") { plane.ledger.ports[1].state == .down }
        try Shell.wait(for: "the notice") { plane.said.contains(.setDown("e1")) }
        try lab.ip("link", "set", "e1", "up")
        try Shell.wait(for: "the notice") { plane.said.contains(.setUp("e1")) }
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func aPortThatLeavesForAnotherNamespaceAndReturnsIsJoinedAgain(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let other = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        try lab.ip("link", "set", "e1", "netns", other.name, "name", "guest")
        try Shell.wait(for: "the port's end") { plane.ledger.ports[1].state == .gone }
        try other.ip("link", "set", "guest", "netns", lab.name, "name", "e1")
        try Shell.wait(for: "the port's return") { plane.ledger.ports[1].isUp }
        try expectCrossing(lab)
        try plane.finish()
    }
}
