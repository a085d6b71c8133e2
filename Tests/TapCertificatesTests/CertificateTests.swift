import Foundation
import TapCertificates
import TapMail
import TapTesting
import TapWire
import Testing

@Suite("Certificates")
struct CertificateTests {
    private static func octets(_ name: String) throws -> [UInt8] {
        let file = Bundle.module.url(
            forResource: name,
            withExtension: "der",
            subdirectory: "Fixtures"
        )
        return try Array(Data(contentsOf: #require(file)))
    }

    private static func facts(_ name: String) throws -> CertificateFacts {
        try CertificateLibrary().certificate(octets(name))
    }

    @Test("everything that a server's certificate says")
    func server() throws {
        let facts = try Self.facts("mail")
        #expect(facts.subject == "CN=mail.example.org,O=Hubtap Lab,C=AT")
        #expect(facts.issuer == "CN=Lab CA,O=Hubtap Lab")
        #expect(
            facts.names == [
                "mail.example.org", "mx.example.org", "192.0.2.25", "2001:db8::25",
                "postmaster@example.org",
            ]
        )
        #expect(facts.furtherNames == 1)
        #expect(facts.notBefore == "2026-11-28T03:20:18Z")
        #expect(facts.notAfter == "2027-11-28T03:20:18Z")
        #expect(facts.serialNumber == "c0:ff:ee:42")
        #expect(
            facts.fingerprint == "47490804120d6f8ba0d82cb066d67106473332a79e0f0034b8c13710fb0c94ca"
        )
        #expect(facts.keyType == "RSA")
        #expect(facts.keyBits == 2_048)
        #expect(facts.signatureAlgorithm == "sha256WithRSAEncryption")
        #expect(!facts.isSelfSigned)
    }

    @Test(
        "keys and signatures, those that nobody should have among them",
        arguments: [
            ("ca", "RSA", 2_048, "sha256WithRSAEncryption", true),
            ("client", "P-256", 256, "ecdsa-with-SHA256", true),
            ("rsa1024-md5", "RSA", 1_024, "md5WithRSAEncryption", true),
            ("dsa1024", "DSA", 1_024, "dsa-with-SHA256", true),
            ("ed25519", "Ed25519", 256, "Ed25519", true),
            ("brainpool", "brainpoolP256r1", 256, "ecdsa-with-SHA256", true),
            ("claims-self", "RSA", 2_048, "sha256WithRSAEncryption", false),
        ]
    )
    func keys(name: String, type: String, bits: Int, signature: String, isSelf: Bool) throws {
        let facts = try Self.facts(name)
        #expect(facts.keyType == type)
        #expect(facts.keyBits == bits)
        #expect(facts.signatureAlgorithm == signature)
        #expect(facts.isSelfSigned == isSelf)
        #expect(facts.names == [])
    }

    @Test("valid or not at a time, in any year")
    func validity() throws {
        let facts = try Self.facts("mail")
        func at(_ text: String, _ facts: CertificateFacts) throws -> CertificateValidity {
            try CertificateValidity(facts, at: #require(Timestamp(rfc3339: text)))
        }
        #expect(try at("2026-11-28T03:20:17Z", facts) == .notYetValid)
        #expect(try at("2026-11-28T03:20:18Z", facts) == .valid)
        #expect(try at("2027-11-28T04:20:18+01:00", facts) == .valid)
        #expect(try at("2027-11-28T03:20:19Z", facts) == .expired)
        let eternal = try Self.facts("claims-self")
        #expect(eternal.notAfter == "9966-11-03T03:21:46Z")
        #expect(try at("2261-01-01T00:00:00Z", eternal) == .valid)
    }

    @Test("a certificate that was seen before is not read again, up to a limit")
    func cache() throws {
        let library = CertificateLibrary(limits: .init(certificates: 2))
        let names = ["mail", "ca", "client"]
        for _ in 0..<100 {
            for name in names.prefix(2) { _ = try library.certificate(Self.octets(name)) }
        }
        #expect(library.readings == 2)
        let expected = try Self.facts("mail")
        for name in names { _ = try library.certificate(Self.octets(name)) }
        #expect(library.readings == 3)
        #expect(try library.certificate(Self.octets("mail")) == expected)
        #expect(library.readings == 4)
        for _ in 0..<3 {
            #expect(throws: CertificateError(part: .encoding)) { try library.certificate([1, 2]) }
        }
        #expect(library.readings == 5)
        let small = CertificateLibrary(limits: .init(byteCount: 100))
        for _ in 0..<3 { _ = try small.certificate(Self.octets("ca")) }
        #expect(small.readings == 3)
    }

    @Test("cut anywhere it is an error")
    func cut() throws {
        let octets = try Self.octets("mail")
        for length in octets.indices {
            let library = CertificateLibrary()
            #expect(throws: CertificateError.self) {
                try library.certificate(Array(octets[..<length]))
            }
        }
        #expect(throws: CertificateError.self) {
            try CertificateLibrary().certificate(octets + [0])
        }
    }

    @Test("changed anywhere it is read or an error, and its texts are bounded")
    func changed() throws {
        var generator = SplitMix64(seed: 7)
        for name in ["mail", "client", "dsa1024"] {
            let octets = try Self.octets(name)
            for _ in 0..<2_000 {
                var copy = octets
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let index = Int.random(in: copy.indices, using: &generator)
                    copy[index] = UInt8.random(in: 0...255, using: &generator)
                }
                guard let facts = try? CertificateLibrary().certificate(copy) else { continue }
                #expect(facts.subject.count <= 1_024)
                #expect(facts.names.count <= 64)
            }
        }
    }

    @Test("deep nesting and long lengths")
    func nested() {
        let deep = (0..<20_000).flatMap { _ in [0x30, 0x80] as [UInt8] }
        let lengths: [[UInt8]] = [
            [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x30, 0x88] + [UInt8](repeating: 0xFF, count: 8),
            deep, [], [0x30, 0],
        ]
        for octets in lengths {
            #expect(throws: CertificateError(part: .encoding)) {
                try CertificateLibrary().certificate(octets)
            }
        }
    }

    @Test("digests")
    func digest() {
        let digest = CertificateLibrary().sha256(Array("abc".utf8))
        #expect(digest.count == 32)
        #expect(digest.prefix(4) == [0xBA, 0x78, 0x16, 0xBF])
    }
}
