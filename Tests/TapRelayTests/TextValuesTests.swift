import Testing

@testable import TapRelay

@Suite("What stands in the gaps of a text")
struct TextValuesTests {
    @Test("a slot holds what was put there last")
    func slots() {
        var values: TextValues = [.client: .plain("a"), .count: .count(3)]
        #expect(values[.client] == .plain("a"))
        #expect(values[.server] == nil)
        values[.server] = .plain("b")
        values[.client] = .plain("c")
        #expect(values[.client] == .plain("c"))
        #expect(values[.server] == .plain("b"))
        values[.client] = nil
        values[.domain] = nil
        #expect(values == [.count: .count(3), .server: .plain("b")])
    }

    @Test("the order does not matter, what stands there does")
    func equality() {
        let values: TextValues = [.client: .plain("a"), .count: .count(3)]
        #expect(values == [.count: .count(3), .client: .plain("a")])
        #expect(values != [.count: .count(3), .client: .plain("b")])
        #expect(values != [.count: .count(3), .server: .plain("a")])
        #expect(values != [.count: .count(3)])
    }
}
