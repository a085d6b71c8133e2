import FuzzSupport
import TapWire

/// Reads the octets as a DNS message, as a response to a reverse lookup, and as a frame in which one may be.
@main
struct DNSFuzzer: FuzzTarget {
    static func test(_ octets: Span<UInt8>) {
        if let answers = DNSAnswers(octets) { check(answers, in: octets) }
        if let reverse = ReverseName(in: octets) {
            precondition(!reverse.address.isUnspecified)
            if let name = reverse.name { precondition(isClean(name)) }
        }
        let metadata = FrameMetadata(
            arrival: Timestamp(nanoseconds: 0),
            sequence: 0,
            wireLength: UInt32(octets.count),
            ingress: PortIndex(rawValue: 0)
        )
        let frame = Frame(octets, metadata)
        guard let answers = DNSAnswers(in: frame) else { return }
        precondition(DNSAnswers.mayBe(in: frame))
        check(answers, in: octets)
    }

    /// Names are clean, addresses real, and there are no more than fit.
    private static func check(_ answers: consuming DNSAnswers, in octets: Span<UInt8>) {
        var answers = answers
        var count = 0
        while let answer = answers.next() {
            count += 1
            precondition(isClean(answer.name) && !answer.address.isUnspecified)
        }
        precondition(count * 15 <= octets.count)
    }

    /// True for what may be the name of a host.
    private static func isClean(_ name: String) -> Bool {
        (1...253).contains(name.utf8.count)
            && name.utf8.allSatisfy { letter in
                (0x61...0x7A).contains(letter) || (0x30...0x39).contains(letter)
                    || letter == 0x2D || letter == 0x2E || letter == 0x5F
            }
    }
}
