import TapLinux
import TapPlane
import TapTesting
import TapWire
import Testing

/// Frames cross a packet plane between real interfaces.
@Suite(.serialized)
struct ForwardingTests {
    private static let addresses: [UInt8] = [
        2, 0x22, 0x22, 0x22, 0x22, 0x22, 2, 0x11, 0x11, 0x11, 0x11, 0x11,
    ]

    private func frame(_ header: [UInt8], count: Int, seed: UInt64) -> OutgoingFrame {
        var random = SplitMix64(seed: seed)
        let octets = Self.addresses + header
        return OutgoingFrame(octets + random.octets(max(0, count - octets.count)))
    }

    @Test(arguments: PlaneKind.allCases)
    func everyFrameCrossesOnceInBothDirections(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        let before = plane.ledger
        for (source, target, port) in [("c0", "c1", 0), ("c1", "c0", 1)] {
            let frames = (0..<1000).map { number in
                frame([0x88, 0xB5], count: 60 + number % 1455, seed: UInt64(number))
            }
            let received = try Station(lab, source).send(frames, to: target)
            #expect(received.map(\.octets) == frames.map(\.octets))
            try Shell.wait(for: "the ledger") {
                plane.ledger.ports[port].rxFrames == before.ports[port].rxFrames + 1000
            }
            #expect(
                plane.frames.filter { $0.ingress == port }.map(\.octets) == frames.map(\.octets)
            )
        }
        let lines = plane.ledger.ports
        #expect(lines.map(\.isBalanced).contains(false) == false)
        #expect(lines.map(\.forwarded) == [1000, 1000])
        #expect(lines.map(\.txFrames) == [1000, 1000])
        #expect(lines[0].txOctets == lines[1].rxOctets)
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func awkwardFramesCrossUnchanged(_ kind: PlaneKind) throws {
        let lab = try LabNamespace(mtu: 9000)
        let plane = try RunningPlane(lab, kind)
        var frames: [OutgoingFrame] = [
            frame([0x88, 0xB5], count: 15, seed: 1),
            frame([0x88, 0xB5], count: 9014, seed: 2),
            frame([0x81, 0x00, 0x00, 0x64, 0x88, 0xB5], count: 60, seed: 3),
            frame([0x81, 0x00, 0xE0, 0x00, 0x08, 0x00], count: 60, seed: 4),
            frame([0x81, 0x00, 0x0F, 0xFF, 0x86, 0xDD], count: 9018, seed: 5),
            frame(
                [0x88, 0xA8, 0x00, 0xC8, 0x81, 0x00, 0x00, 0x64, 0x88, 0xB5],
                count: 200,
                seed: 6
            ),
            frame(
                [0x81, 0x00, 0x00, 0xC8, 0x81, 0x00, 0x00, 0x64, 0x81, 0x00, 0, 7],
                count: 99,
                seed: 7
            ),
            frame([0x00, 0x26, 0xAA, 0xAA, 0x03], count: 60, seed: 8),
        ]
        for group in UInt8(0)...15 {
            var frame = frame([0x88, 0x08], count: 60, seed: 100 + UInt64(group))
            frame.octets.replaceSubrange(0..<6, with: [0x01, 0x80, 0xC2, 0, 0, group])
            frames.append(frame)
        }
        let received = try Station(lab, "c0").send(frames, to: "c1")
        #expect(received.map(\.octets) == frames.map(\.octets))
        try Shell.wait(for: "the mirror") { plane.frames.count == frames.count }
        #expect(plane.frames.map(\.octets) == frames.map(\.octets))
        let tagged = plane.frames.filter { $0.flags.contains(.tagRestored) }
        #expect(tagged.count == 5)
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func segmentsThatAreJoinedCrossWhole(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        for tag in [[], [UInt8(0x81), 0x00, 0x00, 0x64]] {
            let frame = Self.joinedSegments(tag: tag, payloadCount: 30_000)
            let before = plane.frames.count
            let received = try Station(lab, "c0").send([frame], to: "c1")
            #expect(received.map(\.octets) == [frame.octets])
            #expect(received.first?.flags.isSuperset(of: [.superFrame, .partialChecksum]) == true)
            try Shell.wait(for: "the mirror") { plane.frames.count == before + 1 }
            #expect(plane.frames.last?.octets == frame.octets)
            #expect(plane.frames.last?.flags.contains(.superFrame) == true)
        }
        try Shell.wait(for: "the ledger") { plane.ledger.ports[0].rxFrames == 2 }
        #expect(plane.ledger.ports[0].forwarded == 2)
        try plane.finish()
    }

    /// A TCP segment of many times the MTU, with its checksum left to do, as a sender's stack makes it.
    private static func joinedSegments(tag: [UInt8], payloadCount: Int) -> OutgoingFrame {
        let total = 40 + payloadCount
        let ip: [UInt8] = [
            0x45, 0, UInt8(total >> 8), UInt8(total & 255), 0, 1, 0x40, 0, 64, 6, 0, 0,
            10, 0, 0, 1, 10, 0, 0, 2,
        ]
        let tcp: [UInt8] = [0, 80, 0, 25, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 1, 0, 0, 0, 0, 0]
        var random = SplitMix64(seed: 42)
        var frame = OutgoingFrame(
            addresses + tag + [0x08, 0x00] + ip + tcp + random.octets(payloadCount)
        )
        let start = UInt8(34 + tag.count)
        // NEEDS_CSUM, TCPV4; hdr_len, gso_size 1448, csum_start, csum_offset 16: little-endian hosts.
        frame.offload = [1, 1, start + 20, 0, 0xA8, 0x05, start, 0, 16, 0]
        frame.etherType = tag.isEmpty ? 0x0800 : 0x8100
        return frame
    }

    @Test(arguments: PlaneKind.allCases)
    func whatTheMirrorIsNotAskedForCrossesAllTheSame(_ kind: PlaneKind) throws {
        let mail = Self.segment(to: 25)
        let web = Self.segment(to: 80)
        let lab = try LabNamespace()
        let onlyMail = try RunningPlane(lab, kind, keep: .mail)
        let sent = [web, mail, web, mail, web]
        #expect(try Station(lab, "c0").send(sent, to: "c1").map(\.octets) == sent.map(\.octets))
        try Shell.wait(for: "the ledger") { onlyMail.ledger.ports[0].rxFrames == 5 }
        let line = onlyMail.ledger.ports[0]
        #expect(line.forwarded == 5 && line.mirrorLost[.notKept] == 3 && line.isBalanced)
        #expect(onlyMail.frames.map(\.octets) == [mail.octets, mail.octets])
        try onlyMail.finish()
        let onlyHeaders = try RunningPlane(lab, kind, keep: .headers)
        #expect(try Station(lab, "c0").send(sent, to: "c1").map(\.octets) == sent.map(\.octets))
        try Shell.wait(for: "the ledger") { onlyHeaders.ledger.ports[0].mirrored == 5 }
        #expect(onlyHeaders.frames.map(\.octets) == sent.map { Array($0.octets.prefix(128)) })
        let cut = onlyHeaders.ledger.ports[0]
        #expect(cut.mirrorCut[.asked] == 5)
        #expect(cut.mirrorCutOctets[.asked] == cut.rxOctets - 5 * 128)
        try onlyHeaders.finish()
    }

    private static func segment(to port: UInt16) -> OutgoingFrame {
        OutgoingFrame(
            FrameBuilder().tcp(
                SegmentFields(
                    from: Endpoint(address: IPAddress(v4: 0xCB00_7109), port: 40_000),
                    to: Endpoint(address: IPAddress(v4: 0xC000_0219), port: port),
                    sequenceNumber: 1,
                    payload: [UInt8](repeating: UInt8(truncatingIfNeeded: port), count: 700)
                )
            )
        )
    }

    @Test(arguments: PlaneKind.allCases)
    func threePortsAreOneWire(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind, ports: ["e0", "e1", "e2"])
        let frames = (0..<300).map { frame([0x88, 0xB5], count: 200, seed: UInt64($0)) }
        for target in ["c1", "c2"] {
            let received = try Station(lab, "c0").send(frames, to: target)
            #expect(received.map(\.octets) == frames.map(\.octets))
        }
        try Shell.wait(for: "the ledger") { plane.ledger.ports[0].forwarded == 600 }
        #expect(plane.ledger.ports.map(\.txFrames) == [0, 600, 600])
        #expect(plane.frames.count == 600)
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func aMonitorGetsEverythingAndMaySendNothing(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind, monitors: ["e2"])
        let frames = (0..<100).map { frame([0x88, 0xB5], count: 100, seed: UInt64($0)) }
        for source in ["c0", "c1"] {
            let received = try Station(lab, source).send(frames, to: "c2")
            #expect(received.map(\.octets) == frames.map(\.octets))
        }
        // Too many to be overlooked: the sender waits in vain for any of them.
        let line = plane.ledger.ports[2]
        #expect(line.rxFrames == 0)
        try lab.inside { [frames] in
            guard let index = try InterfaceControl().index(of: "c2") else { return }
            let socket = try FrameSocket(interface: index, slotCount: 64)
            for frame in frames { try socket.send(frame.octets) }
        }
        try Shell.wait(for: "the ledger") { plane.ledger.ports[2].rxFrames == 100 }
        let after = plane.ledger
        #expect(after.ports[2].notForwarded[.monitor] == 100)
        #expect(after.ports[2].mirrorLost[.monitor] == 100)
        #expect(after.ports[0].txFrames == 100 && after.ports[1].txFrames == 100)
        #expect(after.ports.map(\.isBalanced).contains(false) == false)
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func aPortThatVanishesIsMissedAndTakenBack(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind, ports: ["e0", "e1", "e2"])
        try lab.ip("link", "del", "e1")
        try Shell.wait(for: "the port's end") {
            plane.said.contains(.vanished("e1")) && !plane.ledger.ports[1].isUp
        }
        let frames = (0..<50).map { frame([0x88, 0xB5], count: 100, seed: UInt64($0)) }
        let received = try Station(lab, "c0").send(frames, to: "c2")
        #expect(received.map(\.octets) == frames.map(\.octets))
        try Shell.wait(for: "the ledger") { plane.ledger.ports[0].rxFrames == 50 }
        #expect(plane.ledger.ports[0].notForwarded[.linkDown] == 50)
        try lab.ip("link", "add", "e1", "type", "veth", "peer", "name", "c1")
        try lab.run("sysctl", "-qw", "net.ipv6.conf.c1.disable_ipv6=1")
        try lab.ip("link", "set", "c1", "up")
        try Shell.wait(for: "the port's return") { plane.ledger.ports[1].isUp }
        let again = try Station(lab, "c0").send(frames, to: "c1")
        #expect(again.map(\.octets) == frames.map(\.octets))
        #expect(plane.said == [.vanished("e1"), .returned("e1")])
        try Shell.wait(for: "the ledger") { plane.ledger.ports[0].rxFrames == 100 }
        #expect(plane.ledger.ports[0].forwarded == 50)
        #expect(plane.ledger.ports.map(\.isBalanced).contains(false) == false)
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases, ["c1", "e1"])
    func aLinkThatIsDownIsCountedAsSuch(_ kind: PlaneKind, _ end: String) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        try lab.ip("link", "set", end, "down")
        try Shell.wait(for: "the link's end") { !plane.ledger.ports[1].isUp }
        try lab.inside {
            guard let index = try InterfaceControl().index(of: "c0") else { return }
            let socket = try FrameSocket(interface: index, slotCount: 64)
            for _ in 0..<20 { try socket.send(Self.addresses + [0x88, 0xB5, 0, 0]) }
        }
        try Shell.wait(for: "the ledger") { plane.ledger.ports[0].rxFrames == 20 }
        #expect(plane.ledger.ports[0].notForwarded[.linkDown] == 20)
        #expect(plane.frames.count == 20)
        try lab.ip("link", "set", end, "up")
        try Shell.wait(for: "the link's return") { plane.ledger.ports[1].isUp }
        let frames = (0..<20).map { frame([0x88, 0xB5], count: 100, seed: UInt64($0)) }
        let received = try Station(lab, "c0").send(frames, to: "c1")
        #expect(received.map(\.octets) == frames.map(\.octets))
        try plane.finish()
    }

    @Test(arguments: PlaneKind.allCases)
    func theHostItselfIsNotHeard(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        // An address on the port makes the host want to speak; the filter keeps it quiet.
        try lab.ip("address", "add", "192.0.2.1/24", "dev", "e0")
        let arp: [UInt8] = [
            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0x11, 0x11, 0x11, 0x11, 0x11, 0x08, 0x06,
            0, 1, 8, 0, 6, 4, 0, 1, 2, 0x11, 0x11, 0x11, 0x11, 0x11, 192, 0, 2, 9, 0, 0, 0, 0, 0, 0,
            192, 0, 2, 1,
        ]
        let answers = try lab.inside {
            guard let index = try InterfaceControl().index(of: "c0") else { return -1 }
            var socket = try FrameSocket(interface: index, slotCount: 64)
            for _ in 0..<20 { try socket.send(arp) }
            var count = 0
            while socket.receive(milliseconds: 100) != nil { count += 1 }
            return count
        }
        #expect(answers == 0)
        #expect(plane.ledger.ports[0].rxFrames == 20)
        try plane.finish()
    }
    @Test(arguments: PlaneKind.allCases)
    func whatTheHostSaysNeitherLeavesNorCounts(_ kind: PlaneKind) throws {
        let lab = try LabNamespace()
        let plane = try RunningPlane(lab, kind)
        let before = try lab.count("rx", of: "c0")
        try lab.inside {
            guard let index = try InterfaceControl().index(of: "e0") else { return }
            let socket = try FrameSocket(interface: index, slotCount: 64)
            // The kernel may say that it dropped them.
            for _ in 0..<20 { try? socket.send(Self.addresses + [0x88, 0xB5] + Array(0..<46)) }
        }
        let frames = [frame([0x88, 0xB5], count: 60, seed: 1)]
        let received = try Station(lab, "c0").send(frames, to: "c1")
        #expect(received.map(\.octets) == frames.map(\.octets))
        try Shell.wait(for: "the ledger") { plane.ledger.ports[0].rxFrames == 1 }
        #expect(plane.ledger.ports[0].isBalanced)
        #expect(try lab.count("rx", of: "c0") == before)
        try plane.finish()
    }
}
