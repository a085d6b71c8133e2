import Testing

@testable import TapFlow
@testable import TapMail

@Suite("What a dialogue takes")
struct FootprintTests {
    @Test("100,000 dialogues fit into 256 MiB: what each of them has stays small")
    func sizes() {
        // Of the 2.6 KiB that there are for each, texts, tables and the allocator take the rest.
        #expect(MemoryLayout<Connection>.stride <= 472)
        #expect(MemoryLayout<SMTPSession>.stride <= 664)
        #expect(MemoryLayout<OpenTransaction>.stride <= 336)
    }

    @Test("what few sessions have at a time takes no memory once it is gone")
    func onDemand() {
        var value = OnDemand(wrappedValue: 7)
        value.wrappedValue? += 1
        #expect(value.hasRoom && value.wrappedValue == 8)
        value.wrappedValue = nil
        #expect(!value.hasRoom)
    }
}
