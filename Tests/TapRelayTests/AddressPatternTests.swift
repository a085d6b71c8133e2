import TapRelay
import Testing

@Suite("Patterns of addresses")
struct AddressPatternTests {
    private func pattern(_ text: String) throws -> AddressPattern {
        try #require(AddressPattern(text))
    }

    @Test("An address: the domain in any case, the local part as it is written")
    func mailbox() throws {
        for text in ["alice@example.org", "<alice@Example.ORG>"] {
            let pattern = try pattern(text)
            #expect(pattern.matches("<alice@EXAMPLE.org>"))
            #expect(pattern.matches("<@relay.example:alice@example.org>"))
            for path in ["<Alice@example.org>", "<alice@example.net>", "<>", "<alice>", ""] {
                #expect(!pattern.matches(path), "\(path)")
            }
        }
        #expect(try pattern("postmaster").matches("<postmaster>"))
        #expect(try !pattern("postmaster").matches("<postmaster@example.org>"))
    }

    @Test("A domain, or an address in its place, with any local part")
    func domain() throws {
        let domain = try pattern("@Example.org")
        #expect(domain.matches("<a@example.org>") && domain.matches("<B@EXAMPLE.ORG>"))
        #expect(!domain.matches("<a@sub.example.org>") && !domain.matches("<>"))
        #expect(try pattern("@[192.0.2.1]").matches("<a@[192.0.2.1]>"))
    }

    @Test("The null sender, which is nobody else's pattern")
    func null() throws {
        #expect(try pattern("<>").matches("<>"))
        #expect(try !pattern("<>").matches("<a@example.org>"))
    }

    @Test("What is none is refused, what is one is written as it is read")
    func text() throws {
        for wrong in ["", "@", "a@", "a@b..c", "@a b", "@example.org "] {
            #expect(AddressPattern(wrong) == nil || wrong.hasSuffix(" "), "\(wrong)")
        }
        for text in [
            "<>", "@example.org", "a@example.org", "a@[192.0.2.1]", "@[IPv6:2001:db8::1]", "a",
        ] {
            #expect(try pattern(text).description == text)
            #expect(try pattern(text) == pattern(pattern(text).description))
        }
    }
}
