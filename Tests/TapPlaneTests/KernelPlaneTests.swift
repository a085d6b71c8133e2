import Foundation
import SystemPackage
import TapLinux
import TapPlane
import TapTesting
import TapWire
import Testing

/// What only a plane in the kernel can do: let frames cross, count and keep them, whether a hub runs or not.
@Suite(.serialized)
struct KernelPlaneTests {
    private static let kinds = [PlaneKind.kernel, .filters, .actions]
    /// How a hub runs that may load programs, and how one that may not.
    static let runners = [[], PortStateTests.withoutPrograms]

    private func frames(_ count: Int, seed: UInt64) -> [OutgoingFrame] {
        var random = SplitMix64(seed: seed)
        let header: [UInt8] = [
            2, 0x22, 0x22, 0x22, 0x22, 0x22, 2, 0x11, 0x11, 0x11, 0x11, 0x11, 0x88, 0xB5,
        ]
        return (0..<count).map { OutgoingFrame(header + random.octets(46 + $0 % 1400)) }
    }

    @Test(arguments: kinds)
    func framesCrossWhileNoHubRunsAndTheNextOneAccountsForThem(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let before = try lab.state(of: ["e0", "e1"])
        let first = try RunningPlane(lab, kind, exitAction: .keep)
        let early = frames(100, seed: 1)
        #expect(try Station(lab, "c0").send(early, to: "c1").map(\.octets) == early.map(\.octets))
        try first.finish()
        #expect(first.ledger.ports[0].rxFrames == 100)
        let late = frames(200, seed: 2)
        #expect(try Station(lab, "c0").send(late, to: "c1").map(\.octets) == late.map(\.octets))
        #expect(try Station(lab, "c1").send(late, to: "c0").map(\.octets) == late.map(\.octets))
        let second = try RunningPlane(lab, kind, resuming: first.ledger)
        try Shell.wait(for: "the ledger") { second.ledger.ports[0].rxFrames == 300 }
        let line = second.ledger.ports[0]
        #expect(line.forwarded == 300 && line.isBalanced)
        // Only programs keep frames for the next hub.
        let isKept = kind != .actions
        #expect(line.mirrored == (isKept ? 300 : 100))
        #expect(second.ledger.ports[1].rxFrames == 200)
        for port in [UInt8(0), 1] {
            let mirrored = second.frames.filter { $0.ingress == port }
            #expect(mirrored.map(\.octets) == (isKept ? late.map(\.octets) : []))
        }
        let times = second.frames.map(\.arrival)
        #expect(times == times.sorted())
        try second.finish()
        #expect(try lab.state(of: ["e0", "e1"]) == before)
    }

    @Test(arguments: [PlaneKind.kernel, .filters, .actions])
    func aNewRingDoesNotClaimWhatAnOldOneHeld(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let sent = frames(30, seed: 4)
        let first = try RunningPlane(lab, kind, exitAction: .keep, of: 1)
        _ = try Station(lab, "c0").send(sent, to: "c1")
        try Shell.wait(for: "the ledger") { first.ledger.ports[0].rxFrames == 30 }
        try first.finish()
        let second = try RunningPlane(lab, kind, exitAction: .keep, of: 2)
        _ = try Station(lab, "c0").send(sent, to: "c1")
        try Shell.wait(for: "the ledger") { second.ledger.ports[0].rxFrames == 30 }
        #expect(second.ledger.ports[0].mirrored == 30 && second.frames.count == 30)
        try second.finish()
        // Nor does the one after that, on the second ring.
        let third = try RunningPlane(lab, kind, resuming: second.ledger, of: 2)
        try Shell.wait(for: "the ledger") { third.ledger.ports[0].rxFrames > 0 }
        #expect(third.ledger.ports[0].rxFrames == 30 && third.ledger.ports[0].mirrored == 30)
        try third.finish()
    }

    @Test(arguments: runners)
    func noFrameIsLostWhileHubsAreKilledAndStarted(_ runner: [String]) throws {
        let lab = try LabNamespace()
        var hub = try HubProcess(lab, ["--plane", "kernel"], runner: runner)
        let isDone = Box<Bool>()
        let sending = try lab.begin {
            try NetworkNamespace.enter(FilePath("/var/run/netns/\(lab.name)"))
            guard let index = try InterfaceControl().index(of: "c0") else { return }
            let socket = try FrameSocket(interface: index, slotCount: 64)
            let frame: [UInt8] = [UInt8](repeating: 2, count: 12) + [0x88, 0xB5] + Array(0..<50)
            // About 100,000 frames a second.
            while isDone.value != true {
                for _ in 0..<100 { try socket.send(frame) }
                FileMappingClock.pause(nanoseconds: 500_000)
            }
        }
        for _ in 0..<20 {
            hub.end(SIGKILL)
            hub = try HubProcess(lab, ["--plane", "kernel"], runner: runner)
        }
        isDone.set(true)
        try sending()
        let sent = try lab.count("tx", of: "c0")
        #expect(sent > 10_000)
        #expect(try lab.count("rx", of: "c1") == sent)
        hub.end(SIGTERM)
        #expect(hub.said.contains("e0: \(sent) in, \(sent) forwarded, "), "\(hub.said)")
    }

    @Test(arguments: kinds)
    func eightPortsAndAMonitorAreOneWire(_ kind: PlaneKind) throws {
        let lab = try LabNamespace(cables: 9)
        let plane = try RunningPlane(
            lab,
            kind,
            ports: (0..<8).map { "e\($0)" },
            monitors: ["e8"]
        )
        let sent = frames(50, seed: 3)
        for target in 1...8 {
            let received = try Station(lab, "c0").send(sent, to: "c\(target)")
            #expect(received.map(\.octets) == sent.map(\.octets))
        }
        try Shell.wait(for: "the ledger") { plane.ledger.ports[0].forwarded == 400 }
        #expect(plane.frames.count == 400)
        #expect(plane.ledger.ports.map(\.txFrames) == [0] + Array(repeating: 400, count: 8))
        try plane.finish()
    }

    @Test(arguments: [PlaneKind.kernel, .filters])
    func aFrameThatIsOnlyAHeaderIsCountedAsNotForwarded(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        try lab.inside {
            guard let index = try InterfaceControl().index(of: "c0") else { return }
            let socket = try FrameSocket(interface: index, slotCount: 64)
            for _ in 0..<10 { try socket.send([UInt8](repeating: 2, count: 12) + [0x88, 0xB5]) }
        }
        try Shell.wait(for: "the ledger") { plane.ledger.ports[0].rxFrames == 10 }
        let line = plane.ledger.ports[0]
        #expect(line.notForwarded[.transmitError] == 10 && line.isBalanced)
        #expect(plane.frames.count == 10)
        try plane.finish()
    }
}
