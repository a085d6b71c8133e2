import TapFlow
import TapSinks
import TapTesting
import TapWire
import Testing

@Suite("Community IDs")
struct CommunityIDTests {
    private func endpoint(_ text: String) throws -> Endpoint { try #require(Endpoint(text)) }

    @Test("UDP, and TCP in either order")
    func ports() throws {
        let dns = Conversation(
            .udp,
            between: try endpoint("192.168.1.52:54585"),
            and: try endpoint("8.8.8.8:53")
        )
        #expect(CommunityID(dns).description == "1:d/FP5EW3wiY1vCndhwleRRKHowQ=")
        let a = try endpoint("66.35.250.204:80")
        let b = try endpoint("128.232.110.120:34855")
        let web = CommunityID(Conversation(.tcp, between: a, and: b))
        #expect(web.description == "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")
        #expect(web == CommunityID(Conversation(.tcp, between: b, and: a)))
    }

    @Test(
        "ICMP: a question and its answer, and what has no answer",
        arguments: [
            ("192.168.0.89", "192.168.0.1", 8, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="),
            ("192.168.0.1", "192.168.0.89", 0, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="),
            ("192.168.0.89", "192.168.0.1", 20, 0, "1:3o2RFccXzUgjl7zDpqmY7yJi8rI="),
            ("192.168.0.89", "192.168.0.1", 20, 1, "1:tz/fHIDUHs19NkixVVoOZywde+I="),
            (
                "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 135, 0,
                "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="
            ),
        ]
    )
    func icmp(_ source: String, _ destination: String, _ type: UInt8, _ code: UInt8, _ id: String)
        throws
    {
        let from = try #require(IPAddress(source))
        let to = try #require(IPAddress(destination))
        let octets = FrameBuilder().ip(
            from.isIPv6 ? .icmpv6 : .icmp,
            from: from,
            to: to,
            [type, code, 0, 0, 0, 0, 0, 0]
        )
        let frame = OwnedFrame(octets: octets)
        guard case .whole(let content) = try IPPacket(decoding: frame.frame) else {
            Issue.record("no IP packet")
            return
        }
        let conversation = Conversation(content)
        #expect(conversation.map { CommunityID($0).description } == id)
    }

    @Test("Read back from text; what is no ID is refused")
    func text() {
        let text = "1:LQU9qZlK+B5F3KDmev6m5PMibrg="
        #expect(CommunityID(text)?.description == text)
        for wrong in ["", "1:", "2:LQU9qZlK+B5F3KDmev6m5PMibrg=", "1:LQU9qZlK", "1:**", "LQU9"] {
            #expect(CommunityID(wrong) == nil)
        }
    }
}
