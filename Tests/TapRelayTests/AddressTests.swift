import TapTesting
import TapWire
import Testing

@testable import TapRelay

@Suite("Addresses and domains")
struct AddressTests {
    @Test(
        "the domain is what follows the last @ outside quotes",
        arguments: [
            ("<a@Example.ORG>", "example.org"), ("a@example.org", "example.org"),
            ("<a@example.org.>", "example.org"),
            ("<a@b@example.org>", "example.org"), ("<\"a@b\"@example.org>", "example.org"),
            ("<\"a\\\"@b\"@example.org>", "example.org"), ("<@x,@y:a@example.org>", "example.org"),
            ("<@[IPv6:2001:db8::1]:a@example.org>", "example.org"),
            ("<a%b@example.org>", "example.org"),
            ("<b!a@example.org>", "example.org"), ("<a@example.org >", "example.org"),
            ("<a@example.org\t>", "example.org"),
            ("<\"a@example.org>", "example.org"),
            ("<a@xn--bcher-kva.example>", "xn--bcher-kva.example"),
            ("<a@b\u{FC}cher.example>", "b\u{FC}cher.example"),
            ("<a@B\u{DC}CHER.example>", "b\u{DC}cher.example"),
            ("<a@x_y.example>", "x_y.example"), ("<@example.org>", "example.org"),
        ]
    )
    func domains(path: String, domain: String) throws {
        #expect(MailAddress(path).destination == .domain(try #require(MailDomain(domain))))
    }

    @Test(
        "other destinations",
        arguments: [
            ("<>", MailAddress.Destination.nobody), ("", .nobody), ("< >", .nobody),
            ("<postmaster>", .withoutDomain),
            ("<\"a@b\">", .withoutDomain), ("<a!b>", .withoutDomain), ("<a%b>", .withoutDomain),
            ("<a@>", .unreadable),
            ("<a@b..c>", .unreadable), ("<a@b c>", .unreadable), ("<a@[1.2.3]>", .unreadable),
            ("<a@[>", .unreadable),
            ("<a@[192.0.2.1]>", .literal(IPAddress(v4: 0xC000_0201))),
            ("<\"T@D\"[192.0.2.1]>", .withoutDomain),
            ("<a@[IPV6:2001:db8::1]>", .literal(IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 1))),
            ("<a@" + String(repeating: "x", count: 300) + ".example>", .unreadable),
        ]
    )
    func others(path: String, destination: MailAddress.Destination) {
        #expect(MailAddress(path).destination == destination)
    }

    @Test(
        "old forms are noted",
        arguments: [
            ("<@a,@b:c@d.example>", MailAddress.Forms.sourceRoute),
            ("<u%c@d.example>", .percentHack),
            ("<c!u@d.example>", .bangPath), ("<u@c@d.example>", .doubleAt),
            ("<u@d.example>", MailAddress.Forms()),
            ("<@a:u%c@d.example>", MailAddress.Forms([.sourceRoute, .percentHack])),
        ]
    )
    func forms(path: String, forms: MailAddress.Forms) {
        #expect(MailAddress(path).forms == forms)
    }

    @Test("a domain contains itself and what lies below, nothing that only ends alike")
    func containment() throws {
        let domain = try #require(MailDomain("Example.ORG"))
        for below in ["example.org", "a.example.org", "a.b.example.org"] {
            #expect(domain.contains(try #require(MailDomain(below))))
        }
        for other in ["badexample.org", "org", "example.org.evil.example", "xexample.org"] {
            #expect(!domain.contains(try #require(MailDomain(other))))
        }
    }

    @Test(
        "no domain",
        arguments: [
            "", ".", "..", "a..b", "a b", "a/b", "a@b", "a\n", String(repeating: "a", count: 256),
        ]
    )
    func noDomain(text: String) {
        #expect(MailDomain(text) == nil)
    }

    @Test("any octets have a reading", arguments: 0..<50)
    func random(_ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let alphabet = Array("<>@@\"\\:[],%! \tab.xipv6:".utf8) + [0, 0x80, 0xC3, 0xFF]
        for _ in 0..<200 {
            let count = Int(generator.next() % 40)
            let octets = (0..<count).map { _ in
                alphabet[Int(generator.next() % UInt64(alphabet.count))]
            }
            let text = String(decoding: octets, as: UTF8.self)
            let address = MailAddress(text)
            #expect(address == MailAddress(text))
            if case .domain(let domain) = address.destination {
                #expect(MailDomain(domain.name) == domain)
            }
            _ = QueueID(in: text, of: .postfix)
        }
    }

    @Test("mailboxes are the same if they are so octet by octet, however their characters look")
    func octets() {
        let (composed, decomposed) = ("<caf\u{E9}@a.example>", "<cafe\u{301}@a.example>")
        #expect(MailAddress(composed) != MailAddress(decomposed))
        #expect(MailAddress(composed).digest != MailAddress(decomposed).digest)
        #expect(MailAddress("< caf\u{E9}@a.example\t>") == MailAddress(composed))
        #expect(MailAddress(composed).localPart == "caf\u{E9}")
    }

    @Test(
        "the domains above a domain are asked for from the nearest on",
        arguments: [
            ("a.b.example.org", 2, ["b.example.org", "example.org"]),
            ("a.b.example.org", 3, ["b.example.org"]), ("a.b.example.org", 4, []),
            ("a.b.example.org", 1, ["b.example.org", "example.org", "org"]),
            ("example.org", 2, []), ("example.org", 1, ["org"]), ("localhost", 1, []),
        ]
    )
    func ancestors(name: String, labels: Int, above: [String]) throws {
        let domain = try #require(MailDomain(name))
        #expect(domain.labelCount == name.split(separator: ".").count)
        var asked: [MailDomain] = []
        #expect(
            !domain.hasAncestor(ofAtLeast: labels) { ancestor in
                asked.append(ancestor)
                return false
            }
        )
        #expect(asked.map(\.name) == above)
        #expect(asked.allSatisfy { $0.labelCount == $0.name.split(separator: ".").count })
        for wanted in above {
            #expect(domain.hasAncestor(ofAtLeast: labels) { $0.name == wanted })
        }
        #expect(!domain.hasAncestor(ofAtLeast: labels) { $0 == domain })
    }
}
