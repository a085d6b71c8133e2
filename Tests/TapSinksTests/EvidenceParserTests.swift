import Foundation
import TapSinks
import TapTesting
import TapWire
import Testing

/// Records and keys come from disks that others may write to: any octets give a value or a refusal.
@Suite("Reading of records and keys")
struct EvidenceParserTests {
    private static let digits = Array("0123456789abcdef")
    private static let names = Array("-0123456789ABCZ_abcz")

    private static func word(
        _ letters: [Character],
        _ count: Int,
        _ random: inout SplitMix64
    ) -> String {
        String((0..<count).map { _ in letters.randomElement(using: &random) ?? "0" })
    }

    /// Any record that hubtap may write.
    private static func record(_ random: inout SplitMix64) -> EvidenceRecord {
        EvidenceRecord(
            file: EvidenceName.file(of: word(names, .random(in: 1...100, using: &random), &random)),
            alerts: (0..<Int.random(in: 0...4, using: &random)).map { _ in
                "\(word(names, 22, &random)) relay.\(word(names, 4, &random))"
            },
            frames: random.next() >> Int.random(in: 0...63, using: &random),
            octets: random.next() >> Int.random(in: 0...63, using: &random),
            sealed: Timestamp(nanoseconds: .random(in: 0..<Int64.max, using: &random)),
            key: Bool.random(using: &random) ? word(digits, 16, &random) : nil,
            hash: word(digits, 64, &random)
        )
    }

    /// `octets` with a few of them changed, taken out, doubled, or exchanged for pieces that mean something.
    private static func mutated(
        _ octets: [UInt8],
        _ pieces: [String],
        _ random: inout SplitMix64
    ) -> [UInt8] {
        var octets = octets
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let start = Int.random(in: 0...octets.count, using: &random)
            let end = min(octets.count, start + Int.random(in: 0...8, using: &random))
            switch random.next() % 5 {
            case 0: octets.removeSubrange(start..<end)
            case 1: octets.insert(contentsOf: octets[start..<end], at: start)
            case 2: octets.replaceSubrange(start..<end, with: random.octets(end - start))
            case 3:
                octets.insert(
                    contentsOf: (pieces.randomElement(using: &random) ?? "").utf8,
                    at: start
                )
            default:
                var lines = octets.split(separator: 10, omittingEmptySubsequences: false)
                lines.swapAt(
                    .random(in: lines.indices, using: &random),
                    .random(in: lines.indices, using: &random)
                )
                octets = Array(lines.joined(separator: [10]))
            }
        }
        return octets
    }

    @Test("A record that was printed is read back the same, whatever it says")
    func printedRecords() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<2_000 {
            let record = Self.record(&random)
            #expect(EvidenceRecord(record.text) == record, "\(record.text)")
        }
    }

    @Test("Octets that are taken for a record say what its print says, and the rest are refused")
    func hostileRecords() {
        var random = SplitMix64(seed: 2)
        let pieces = [
            "\n", "  ", "\r\n", "# ", "# alert x\n", "# frames 1\n", "# not signed\n", "# key 0\n",
            "# hubtap evidence 1\n", "\u{FF10}", "\u{301}", "../", "+", "-", "\0", ".pcapng",
        ]
        var taken = 0
        for _ in 0..<20_000 {
            let octets = Self.mutated(Array(Self.record(&random).text.utf8), pieces, &random)
            guard let record = EvidenceRecord(String(decoding: octets, as: UTF8.self)) else {
                continue
            }
            taken += 1
            #expect(EvidenceRecord(record.text) == record, "\(record.text)")
            #expect(record.hash.utf8.count == 64 && record.hash.count == 64, "\(record.hash)")
            #expect(!record.file.contains("/") && !record.file.hasPrefix("."), "\(record.file)")
        }
        #expect((1..<20_000).contains(taken))
    }

    @Test("Random octets and every beginning of a record are none")
    func noRecords() {
        var random = SplitMix64(seed: 3)
        for count in 0..<1_000 {
            let text = String(decoding: random.octets(count), as: UTF8.self)
            #expect(EvidenceRecord(text) == nil)
        }
        let text = Self.record(&random).text
        for count in 0..<text.utf8.count {
            #expect(EvidenceRecord(String(decoding: text.utf8.prefix(count), as: UTF8.self)) == nil)
        }
    }

    @Test(
        "A record that says it is signed and not signed, or neither, is none",
        arguments: ["# not signed\n# key 0123456789abcdef\n", "", "# not sealed\n"]
    )
    func contradictions(line: String) {
        var random = SplitMix64(seed: 4)
        var record = Self.record(&random)
        record.key = nil
        #expect(EvidenceRecord(record.text) == record)
        #expect(EvidenceRecord(record.text.replacing("# not signed\n", with: line)) == nil)
    }

    @Test(
        "A file with any octets is a public key or is refused; what is a key is read back the same"
    )
    func publicKeys() throws {
        let folder = try TemporaryFolder()
        let key = EvidenceKey().publicKey
        let taken = try readMutants(of: key.text, "PUBLIC KEY", in: folder) { path in
            let key = try EvidencePublicKey(contentsOf: path)
            let copy = folder.file("copy.pub")
            try Data(key.text.utf8).write(to: URL(fileURLWithPath: copy))
            #expect(try EvidencePublicKey(contentsOf: copy).text == key.text)
        }
        #expect(taken > 0)
    }

    @Test(
        "A file with any octets is a private key or is refused; what is a key is read back the same"
    )
    func privateKeys() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("whole.pem")
        _ = try EvidenceKey().write(to: path)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let copy = folder.file("copy.pem")
        let taken = try readMutants(of: text, "PRIVATE KEY", in: folder) { path in
            let key = try EvidenceKey(contentsOf: path)
            _ = try key.write(to: copy)
            #expect(try EvidenceKey(contentsOf: copy).publicKey.text == key.publicKey.text)
            for name in [copy, copy + ".pub"] { try FileManager.default.removeItem(atPath: name) }
        }
        #expect(taken > 0)
    }

    /// Reads changed copies of a key's text, and what is no text at all; only refusals may be thrown.
    ///
    /// - Returns: How many were taken for keys.
    private func readMutants(
        of text: String,
        _ label: String,
        in folder: TemporaryFolder,
        read: (String) throws -> Void
    ) throws -> Int {
        let path = folder.file("mutant.pem")
        try Data().write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let pieces = [
            "-----BEGIN \(label)-----\n", "-----END \(label)-----\n", "\n", "\r\n", "=", "====",
            "\u{2028}", "A", "-----",
        ]
        var random = SplitMix64(seed: 5)
        var taken = 0
        for turn in 0..<2_000 {
            let octets =
                turn.isMultiple(of: 20)
                ? random.octets(turn) : Self.mutated(Array(text.utf8), pieces, &random)
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: octets)
            try file.close()
            do {
                try read(path)
                taken += 1
            } catch let error as EvidenceError {
                #expect(error.code == .malformed, "\(error)")
            }
        }
        return taken
    }
}
