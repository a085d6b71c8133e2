import Foundation
import TapSinks
import TapStore
import TapWire
import Testing

@Suite("Gathering evidence", .timeLimit(.minutes(20)))
struct EvidenceRecorderTests {
    private static let name = "20261123T120000Z-000001.pcapng"

    @Test("An alert's connection is kept from 30 s before its first frame to 10 s after it")
    func whole() throws {
        let world = try EvidenceWorld()
        var life = try world.life()
        life.pass(0)
        #expect(try life.raise(EvidenceWorld.alert()) == Self.name)
        for second in [0, 5, 10] {
            life.pass(second)
            #expect(!world.names.contains(Self.name), "\(second)")
        }
        #expect(life.desk.ledger.open == 1)
        // The first frame behind the end says that none is to come.
        life.pass(11)
        #expect(world.names == [Self.name, Self.name + ".sha256"])
        let content = try world.read(Self.name)
        #expect(content.sequences == EvidenceWorld.sequences(-35...10))
        #expect(content.interfaces == ["eth0", "eth1"])
        #expect(Set(content.ports) == [0, 1])
        let about = EvidenceWorld.sequences(-5...0)
        for (sequence, comment) in zip(content.sequences, content.comments) {
            #expect((comment != nil) == about.contains(sequence), "\(sequence)")
        }
        #expect(content.comments.compactMap(\.self).allSatisfy { $0.contains("relay.open") })
        for words in [
            "Open relay: mail.example.org", "203.0.113.9", "Close it.",
            "20261123T120000Z-000001", "9100001", "had missed 7 frames", "No frame was lost",
            "3 frames, of any connection, never reached the ring",
        ] {
            #expect(content.heading.contains(words), "\(words)")
        }
        #expect(try world.store.evidence(of: "20261123T120000Z-000001")?.state == .written)
        #expect(life.desk.ledger.written == 1 && life.desk.ledger.isBalanced)
        #expect(life.desk.takeOutcomes().map(\.file) == [Self.name])
        let mode = try FileManager.default.attributesOfItem(atPath: world.file(Self.name))
        #expect((mode[.posixPermissions] as? NSNumber)?.intValue == 0o640)
    }

    @Test("Alerts of one connection share a file, which ends 10 s after the last of them")
    func shared() throws {
        let world = try EvidenceWorld()
        var life = try world.life()
        life.pass(0)
        for second in 0...8 {
            let alert = EvidenceWorld.alert(second + 1, from: second - 1, to: second)
            #expect(try life.raise(alert) == Self.name)
            life.pass(second)
        }
        life.pass(17)
        #expect(life.desk.ledger.open == 1)
        life.pass(21)
        let content = try world.read(Self.name)
        #expect(content.sequences == EvidenceWorld.sequences(-31...18))
        // Those of later alerts, too, which were gathered before these came.
        #expect(content.comments.compactMap(\.self).count == 10)
        // The reader cuts long remarks off, the file has it whole.
        let octets = try Data(contentsOf: URL(fileURLWithPath: world.file(Self.name)))
        #expect(octets.range(of: Data("Alert 20261123T120000Z-000009".utf8)) != nil)
        #expect(try world.store.evidence(of: "20261123T120000Z-000009")?.state == .written)
        #expect(life.desk.ledger.asked == 1)
    }

    @Test("An alert that the analysis finds late still gets its frames, and shares the file")
    func late() throws {
        let world = try EvidenceWorld()
        var life = try world.life()
        // Everything has crossed already; the analysis is still at noon.
        world.stock.write(upTo: EvidenceWorld.at(60))
        life.desk.advance(to: EvidenceWorld.at(0))
        try life.raise(EvidenceWorld.alert())
        while !life.recorder.turn(now: EvidenceWorld.at(60)) {}
        #expect(life.desk.ledger.open == 1)
        #expect(try life.raise(EvidenceWorld.alert(2, from: 6, to: 7)) == Self.name)
        life.pass(60)
        #expect(try world.read(Self.name).sequences == EvidenceWorld.sequences(-35...17))
    }

    @Test("A killed process loses nothing that it had gathered, though the ring has lost it since")
    func killed() throws {
        let world = try EvidenceWorld()
        var first = try world.life()
        first.pass(0)
        try first.raise(EvidenceWorld.alert())
        first.pass(3)
        #expect(world.names == [".\(Self.name).1.part"])
        world.stock.overwrite(before: EvidenceWorld.at(2))
        var second = try world.life()
        second.pass(5)
        #expect(try second.raise(EvidenceWorld.alert(2, from: 4, to: 5)) == Self.name)
        second.pass(6)
        #expect(world.names.count == 2)
        let third = try world.life()
        third.pass(20)
        #expect(world.names == [Self.name, Self.name + ".sha256"])
        let content = try world.read(Self.name)
        #expect(content.sequences == EvidenceWorld.sequences(-35...15))
        #expect(content.heading.contains("No frame was lost"))
        #expect(content.heading.contains("Alert 20261123T120000Z-000002"))
        #expect(try world.store.pendingEvidence().isEmpty)
    }

    @Test("A file cut off by the kill in the middle of a frame is gone on with before that frame")
    func torn() throws {
        let world = try EvidenceWorld()
        var first = try world.life()
        first.pass(0)
        try first.raise(EvidenceWorld.alert())
        first.pass(3)
        let part = world.file(".\(Self.name).1.part")
        let octets = try Data(contentsOf: URL(fileURLWithPath: part))
        try octets.dropLast(30).write(to: URL(fileURLWithPath: part))
        try world.life().pass(20)
        #expect(try world.read(Self.name).sequences == EvidenceWorld.sequences(-35...10))
    }

    @Test("A process that died after the last step does not do it again")
    func diedAtTheEnd() throws {
        let world = try EvidenceWorld()
        var first = try world.life()
        first.pass(0)
        try first.raise(EvidenceWorld.alert())
        first.pass(13)
        // As if it could not be noted.
        try world.store.settleEvidence(Self.name, as: .pending)
        world.stock.overwrite(before: EvidenceWorld.at(13))
        try world.life().pass(14)
        #expect(try world.store.evidence(of: "20261123T120000Z-000001")?.state == .written)
        #expect(try world.read(Self.name).sequences == EvidenceWorld.sequences(-35...10))
    }

    @Test(
        "With a new ring a file ends with what was gathered, and says so; without anything it fails"
    )
    func newRing() throws {
        let world = try EvidenceWorld()
        var first = try world.life()
        first.pass(0)
        try first.raise(EvidenceWorld.alert())
        first.pass(2)
        try first.raise(EvidenceWorld.alert(2, port: 50_000))
        world.stock.with { $0.identity = [2] }
        let second = try world.life()
        second.pass(3)
        let content = try world.read(Self.name)
        #expect(content.sequences == EvidenceWorld.sequences(-35...2))
        #expect(
            content.heading.contains("It ends early: the ring that had its frames was replaced")
        )
        let lost = try #require(try world.store.evidence(of: "20261123T120000Z-000002"))
        #expect(lost.state == .failed)
        #expect(lost.reason?.contains("no frame of the connection") == true)
        #expect(lost.reason?.contains("replaced by a new one") == true)
        #expect(second.desk.ledger.failed == 1 && second.desk.ledger.isBalanced)
    }

    @Test("What the ring has lost is counted in the file and beside the next frame")
    func losses() throws {
        let world = try EvidenceWorld()
        world.stock.overwrite(before: EvidenceWorld.at(-10))
        var life = try world.life()
        life.pass(0)
        try life.raise(EvidenceWorld.alert())
        life.pass(1)
        // Five seconds, of both connections.
        world.stock.write(upTo: EvidenceWorld.at(7))
        world.stock.overwrite(before: EvidenceWorld.at(7))
        life.pass(14)
        let content = try world.read(Self.name)
        #expect(
            content.sequences
                == EvidenceWorld.sequences(-10...1) + EvidenceWorld.sequences(7...10)
        )
        #expect(content.heading.contains("The ring's oldest frame then was of"))
        let lost = EvidenceWorld.sequence(7) - EvidenceWorld.sequence(1) - 1
        #expect(content.heading.contains("\(lost) frames of the ring, of any connection"))
        #expect(content.dropped == lost)
    }

    @Test("Too many at a time wait, and beyond that are refused in words; the counters balance")
    func limits() throws {
        let world = try EvidenceWorld()
        var configuration = world.configuration
        configuration.limits.openFiles = 2
        configuration.limits.waitingFiles = 3
        var life = try world.life(configuration)
        life.pass(0)
        let files = try (1...5).map { number in
            try life.raise(
                EvidenceWorld.alert(
                    number,
                    port: number == 2 ? 50_000 : UInt16(40_000 + number - 1)
                )
            )
        }
        #expect(files.map { $0 != nil } == [true, true, true, false, false])
        let refused = try world.store.evidence(of: "20261123T120000Z-000005")
        #expect(refused?.state == .failed)
        #expect(refused?.reason?.contains("3 files wait") == true)
        life.pass(1)
        let ledger = life.desk.ledger
        #expect((ledger.open, ledger.waiting, ledger.refused, ledger.asked) == (2, 1, 2, 5))
        #expect(ledger.isBalanced)
        life.pass(13)
        life.pass(14)
        // Nobody else ever spoke on the third one's connection.
        #expect(life.desk.ledger.written == 2 && life.desk.ledger.failed == 1)
        #expect(life.desk.ledger.isBalanced)
    }

    @Test("A file that gets too large leaves frames out, and says how many")
    func tooLarge() throws {
        let world = try EvidenceWorld(keep: 16_000)
        var life = try world.life()
        life.pass(0)
        try life.raise(EvidenceWorld.alert(from: -30, to: 0))
        life.pass(13)
        let content = try world.read(Self.name)
        let kept = content.sequences.count
        #expect(kept == 4_000 / (54 + 128))
        #expect(
            content.heading.contains("At least \(71 - kept) frames of the connection were left out")
        )
    }

    @Test("A folder that cannot be written: alerts go out without evidence until it can be again")
    func notWritable() throws {
        let world = try EvidenceWorld()
        var configuration = world.configuration
        let blocker = world.folder.file("blocker")
        try Data().write(to: URL(fileURLWithPath: blocker))
        configuration.directory = blocker + "/evidence"
        var life = try world.life(configuration)
        life.desk.refuse(because: "no folder")
        life.pass(0)
        #expect(try life.raise(EvidenceWorld.alert()) == nil)
        #expect(life.desk.ledger.refused == 1)
        #expect(life.desk.ledger.trouble?.contains(blocker) == true)
        try FileManager.default.removeItem(atPath: blocker)
        life.pass(1)
        #expect(life.desk.ledger.trouble == nil)
        #expect(try life.raise(EvidenceWorld.alert(2)) == "20261123T120000Z-000002.pcapng")
    }

    @Test("A folder that vanishes fails the file and nothing else")
    func vanished() throws {
        let world = try EvidenceWorld()
        var life = try world.life()
        life.pass(0)
        try FileManager.default.removeItem(atPath: world.configuration.directory)
        try life.raise(EvidenceWorld.alert())
        life.pass(1)
        #expect(life.desk.ledger.failed == 1)
        #expect(life.desk.ledger.trouble?.contains(Self.name) == true)
        let entry = try #require(try world.store.evidence(of: "20261123T120000Z-000001"))
        #expect(entry.state == .failed)
        guard case .failed? = life.desk.takeOutcomes().first?.kind else {
            Issue.record("the failure is not told")
            return
        }
    }

    @Test("A clock that is set back ends what is being gathered, instead of keeping it open")
    func clock() throws {
        let world = try EvidenceWorld()
        var life = try world.life()
        life.pass(0)
        try life.raise(EvidenceWorld.alert())
        life.pass(1)
        life.recorder.turn(now: EvidenceWorld.at(-3_600))
        #expect(try world.read(Self.name).heading.contains("the clock was set back"))
    }

    @Test("What a request tells is taken from the ring by who asks for the alert later")
    func extract() throws {
        let world = try EvidenceWorld()
        var life = try world.life()
        life.pass(20)
        try life.raise(EvidenceWorld.alert())
        let entry = try #require(try world.store.evidence(of: "20261123T120000Z-000001"))
        let request = try #require(EvidenceRequest(entry))
        var source = StockSource(world.stock)
        #expect(try source.survey(request, before: .seconds(30)).frames == 46)
        world.stock.overwrite(before: EvidenceWorld.at(8))
        let (frames, losses) = try source.survey(request, before: .seconds(30))
        #expect(frames == 3 && losses.ringBegan != nil)
        world.stock.overwrite(before: EvidenceWorld.at(12))
        #expect(try source.survey(request, before: .seconds(30)).frames == 0)
    }
}
