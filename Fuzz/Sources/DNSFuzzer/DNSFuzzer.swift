import FuzzSupport
import TapWire

/// Reads the octets as a DNS message, and as a frame in which one may be.
@main
struct DNSFuzzer: FuzzTarget {
    static func test(_ octets: Span<UInt8>) {
        if let answers = DNSAnswers(octets) { check(answers, in: octets) }
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
            let letters = answer.name.utf8
            precondition((1...253).contains(letters.count))
            let isClean = letters.allSatisfy { letter in
                (0x61...0x7A).contains(letter) || (0x30...0x39).contains(letter)
                    || letter == 0x2D || letter == 0x2E || letter == 0x5F
            }
            precondition(isClean && !answer.address.isUnspecified)
        }
        precondition(count * 15 <= octets.count)
    }
}
