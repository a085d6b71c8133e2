import TapFlow
import TapWire
import Testing

@Suite("Two endpoints in a text")
struct EndpointPairTests {
    @Test(
        "Read and written",
        arguments: [
            "192.0.2.1:40000-192.0.2.25:25", "[2001:db8::1]:40000-[2001:db8::25]:25",
        ]
    )
    func read(_ text: String) throws {
        let pair = try #require(EndpointPair(text))
        #expect(pair.description == text)
        #expect(pair.one.port == 40_000 && pair.other.port == 25)
        #expect(pair.conversations.count == 2)
    }

    @Test(
        "Anything else is none",
        arguments: [
            "", "-", "192.0.2.1-192.0.2.2", "192.0.2.1:1", "192.0.2.1:1-",
            "192.0.2.1:1-192.0.2.2:2-",
            "192.0.2.1:1 - 192.0.2.2:2", "[2001:db8::1]:1-192.0.2.2:2",
            "2001:db8::1:1-2001:db8::2:2",
            "192.0.2.1:70000-192.0.2.2:2",
        ]
    )
    func refuse(_ text: String) { #expect(EndpointPair(text) == nil) }
}
