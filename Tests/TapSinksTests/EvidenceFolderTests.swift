import Foundation
import TapSinks
import TapStore
import TapWire
import Testing

@Suite("The folder of evidence", .timeLimit(.minutes(20)))
struct EvidenceFolderTests {
    private static let name = "20261123T120000Z-000001.pcapng"

    private let world: EvidenceWorld
    private let key = EvidenceKey()

    init() throws { world = try EvidenceWorld() }

    /// Makes one file, signed or not.
    private func make(key: EvidenceKey? = nil) throws {
        var life = try world.life(key: key)
        life.pass(0)
        try life.raise(EvidenceWorld.alert())
        life.pass(13)
    }

    private func verify(_ name: String = name, by key: EvidenceKey? = nil) -> EvidenceVerdict {
        EvidenceFolder.verify(world.file(name), by: key?.publicKey)
    }

    private func change(_ name: String, _ body: (inout Data) -> Void) throws {
        let url = URL(fileURLWithPath: world.file(name))
        var data = try Data(contentsOf: url)
        body(&data)
        try data.write(to: url)
    }

    @Test("A file that nobody touched is unchanged, says hubtap and says sha256sum")
    func unchanged() throws {
        try make()
        let verdict = verify()
        #expect(verdict.isGood)
        #expect(verdict.finding == .unchanged(.none))
        #expect(verdict.words.contains("The record is not signed"))
        #expect(verdict.record?.alerts == ["20261123T120000Z-000001 relay.open"])
        #expect(verdict.record?.frames == 46)
        let check = "cd \(world.configuration.directory) && sha256sum --strict -c *.sha256"
        #expect(try run("sh", "-c", check))
    }

    @Test("A signed file is what the key's owner made, says hubtap and says OpenSSL")
    func signed() throws {
        try make(key: key)
        #expect(verify(by: key).finding == .unchanged(.valid(key: key.publicKey.name)))
        #expect(verify().finding == .unchanged(.unchecked))
        let path = world.folder.file("key.pem")
        #expect(try key.write(to: path) == path + ".pub")
        let record = world.file(Self.name) + ".sha256"
        #expect(
            try run(
                "openssl",
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                path + ".pub",
                "-rawin",
                "-in",
                record,
                "-sigfile",
                record + ".sig"
            )
        )
        let check = "cd \(world.configuration.directory) && sha256sum --strict -c *.sha256"
        #expect(try run("sh", "-c", check))
    }

    @Test("One flipped bit anywhere is found", arguments: [0, 500, 4_000])
    func flipped(offset: Int) throws {
        try make()
        try change(Self.name) { $0[offset] ^= 1 }
        #expect(verify().finding == .changed(reason: "some of its octets are others"))
        #expect(verify().words.contains("CHANGED"))
    }

    @Test("A shorter and a longer file are found, with their sizes")
    func resized() throws {
        try make()
        try change(Self.name) { $0.removeLast() }
        let words = verify().words
        #expect(words.contains("it has") && words.contains("and had"))
        try change(Self.name) { $0.append(contentsOf: [0, 0]) }
        #expect(!verify().isGood)
    }

    @Test("A file that is gone, and one without a record, are found")
    func missing() throws {
        try make()
        let manager = FileManager.default
        try manager.removeItem(atPath: world.file(Self.name))
        #expect(verify().finding == .missing)
        #expect(verify("20261123T120000Z-000009.pcapng").finding == .missing)
        try Data([1]).write(to: URL(fileURLWithPath: world.file(Self.name)))
        try manager.removeItem(atPath: world.file(Self.name + ".sha256"))
        guard case .noRecord = verify().finding else {
            Issue.record("\(verify().words)")
            return
        }
    }

    @Test("Another alert's file in its place, with its record and signature, is found")
    func exchanged() throws {
        try make(key: key)
        let other = "20261123T120000Z-000002.pcapng"
        for ending in ["", ".sha256", ".sha256.sig"] {
            try FileManager.default.copyItem(
                atPath: world.file(Self.name + ending),
                toPath: world.file(other + ending)
            )
        }
        #expect(verify(other, by: key).finding == .exchanged(with: Self.name))
    }

    @Test("A forged record is found where there is a key, as is a signature of another key or none")
    func forged() throws {
        try make(key: key)
        let other = EvidenceKey()
        guard case .notSigned = verify(by: other).finding else {
            Issue.record("\(verify(by: other).words)")
            return
        }
        try change(Self.name + ".sha256") { text in
            text = Data(
                String(decoding: text, as: UTF8.self).replacing("relay.open", with: "relay.null")
                    .utf8
            )
        }
        // The octets of the capture are those of the record.
        #expect(verify().isGood)
        guard case .notSigned = verify(by: key).finding else {
            Issue.record("\(verify(by: key).words)")
            return
        }
        try FileManager.default.removeItem(atPath: world.file(Self.name + ".sha256.sig"))
        #expect(
            verify(by: key).finding
                == .notSigned(reason: "there is no signature beside the record")
        )
    }

    @Test(
        "What is no record is none",
        arguments: ["", "x", "# hubtap evidence 1\n", "# hubtap evidence 2\n"]
    )
    func damagedRecord(text: String) throws {
        try make()
        try change(Self.name + ".sha256") { $0 = Data(text.utf8) }
        guard case .noRecord = verify().finding else {
            Issue.record("\(verify().words)")
            return
        }
    }

    @Test("A record that says something twice is none")
    func doubledRecord() throws {
        try make()
        try change(Self.name + ".sha256") { text in
            text = Data(
                String(decoding: text, as: UTF8.self).replacing("# frames", with: "# octets").utf8
            )
        }
        guard case .noRecord = verify().finding else {
            Issue.record("\(verify().words)")
            return
        }
    }

    @Test("A key is written for its owner alone, never over another, and read again")
    func keys() throws {
        let path = world.folder.file("key.pem")
        _ = try key.write(to: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
        #expect(throws: EvidenceError.self) { try EvidenceKey().write(to: path) }
        #expect(try EvidenceKey(contentsOf: path).publicKey.name == key.publicKey.name)
        #expect(try EvidencePublicKey(contentsOf: path + ".pub").name == key.publicKey.name)
        #expect(throws: EvidenceError.self) { try EvidenceKey(contentsOf: path + ".pub") }
        #expect(throws: EvidenceError.self) { try EvidencePublicKey(contentsOf: path) }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let error = #expect(throws: EvidenceError.self) { try EvidenceKey(contentsOf: path) }
        #expect(error?.description.contains("chmod 600") == true)
        #expect(throws: EvidenceError.self) { try EvidenceKey(contentsOf: path + ".none") }
    }

    @Test(
        "The oldest evidence goes first, with its record and signature; what is not hubtap's stays"
    )
    func quota() throws {
        let manager = FileManager.default
        try Data(count: 900_000).write(to: URL(fileURLWithPath: world.file("notes.txt")))
        let old = (1...3).map { "20261122T12000\($0)Z-000001.pcapng" }
        for name in old {
            for ending in ["", ".sha256", ".sha256.sig"] {
                try Data(count: 100_000).write(to: URL(fileURLWithPath: world.file(name + ending)))
            }
        }
        var configuration = world.configuration
        configuration.keep = 400_000
        var life = try world.life(configuration, key: key)
        life.pass(0)
        try life.raise(EvidenceWorld.alert())
        life.pass(13)
        #expect(
            EvidenceFolder(path: configuration.directory).items().map(\.name) == [
                old[2], Self.name,
            ]
        )
        #expect(manager.fileExists(atPath: world.file("notes.txt")))
        #expect(!manager.fileExists(atPath: world.file(old[0] + ".sha256.sig")))
        #expect(life.desk.ledger.deleted == 2)
        #expect(life.desk.takeOutcomes().map(\.file) == [old[0], old[1], Self.name])
    }

    @Test("A link in the place of a file that is to be made leads nowhere")
    func link() throws {
        let target = world.folder.file("precious")
        try Data("precious".utf8).write(to: URL(fileURLWithPath: target))
        for name in [".\(Self.name).new", ".\(Self.name).1.part", Self.name] {
            try FileManager.default.createSymbolicLink(
                atPath: world.file(name),
                withDestinationPath: target
            )
        }
        try make()
        #expect(try world.folder.text("precious") == "precious")
    }

    @Test("Leftovers that nobody goes on with are deleted; what is pending or young stays")
    func sweep() throws {
        let names = [".\(Self.name).1.part", ".20261122T120001Z-000001.pcapng.4.part", ".x.new"]
        for name in names { try Data([1]).write(to: URL(fileURLWithPath: world.file(name))) }
        let folder = EvidenceFolder(path: world.configuration.directory)
        #expect(folder.sweep(keeping: [], untouchedSince: .distantPast) == 0)
        #expect(folder.sweep(keeping: [Self.name], untouchedSince: .distantFuture) == 2)
        #expect(world.names == [names[0]])
    }
}
