import FuzzSupport
import TapFlow
import TapMail
import TapWire

/// Feeds both sides of a TLS connection what the input describes, in pieces and octet by octet: both must show the same.
///
/// Steps: an octet that says whose it is and what, two of length, and the octets, which are put into a record or a message
/// of the handshake where the first octet says so.
@main
struct TLSFuzzer: FuzzTarget {
    static func test(_ octets: Span<UInt8>) {
        var input = FuzzInput(octets)
        var steps: [Step] = []
        while !input.isEmpty { steps.append(Step(&input)) }
        let whole = Shown(steps, inPieces: false)
        let pieces = Shown(steps, inPieces: true)
        guard whole == pieces else {
            fatalError("in pieces it is another connection:\n\(whole)\n\(pieces)")
        }
        precondition(whole.facts.chain.count <= 7 && whole.facts.offeredProtocols.count <= 16)
        for record in whole.records {
            guard let inside = whole.facts.plaintextLength(ofRecord: record.head.length) else {
                continue
            }
            precondition(inside.lowerBound >= 0 && inside.upperBound <= record.head.length)
        }
    }
}

/// What a connection showed.
private struct Shown: Equatable {
    var facts: TLSFacts
    var records: [TLSRecord] = []

    init(_ steps: [Step], inPieces: Bool) {
        var connection = TLSConnection(library: AnyLibrary())
        var records: [TLSRecord] = []
        for (number, step) in steps.enumerated() {
            let moment = Moment(
                time: Timestamp(nanoseconds: Int64(number)),
                sequence: UInt64(number)
            )
            switch step {
            case .gap(let count, let side):
                connection.lose(byteCount: count, from: side, at: moment) { records.append($0) }
            case .say(let octets, let side) where inPieces:
                let span = octets.span
                for index in span.indices {
                    let octet = span.extracting(index..<index + 1)
                    connection.take(octet, from: side, at: moment) { records.append($0) }
                }
            case .say(let octets, let side):
                connection.take(octets.span, from: side, at: moment) { records.append($0) }
            }
        }
        facts = connection.facts
        self.records = records
    }
}

/// A step of a connection.
private enum Step {
    case say([UInt8], TLSSide)
    case gap(byteCount: Int?, TLSSide)

    init(_ input: inout FuzzInput) {
        let kind = input.octet()
        let side: TLSSide = kind & 1 == 0 ? .client : .server
        let length = Int(input.number(octets: 2))
        switch kind >> 1 & 3 {
        case 0: self = .say(input.octets(upTo: length), side)
        case 1:
            self = .say(Self.record(20 + (kind >> 3 & 3), input.octets(upTo: length)), side)
        case 2: self = .gap(byteCount: kind & 8 == 0 ? length : nil, side)
        default:
            let body = input.octets(upTo: length)
            let head = [kind >> 3, 0, UInt8(body.count >> 8), UInt8(body.count & 0xFF)]
            self = .say(Self.record(22, head + body), side)
        }
    }

    private static func record(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        let length = UInt16(truncatingIfNeeded: body.count)
        return [type, 3, 3, UInt8(length >> 8), UInt8(length & 0xFF)] + body
    }
}

/// Stands for the libraries: reads any certificate that does not begin with a zero.
private final class AnyLibrary: TLSLibrary {
    func sha256(_ octets: [UInt8]) -> [UInt8] {
        [UInt8](repeating: UInt8(truncatingIfNeeded: octets.count), count: 32)
    }

    func certificate(_ octets: [UInt8]) throws(CertificateError) -> CertificateFacts {
        guard octets.first ?? 0 != 0 else { throw CertificateError(part: .encoding) }
        return CertificateFacts(
            subject: "\(octets.count)",
            issuer: "",
            names: [],
            furtherNames: 0,
            notBefore: "",
            notAfter: "",
            serialNumber: "",
            fingerprint: "",
            keyType: "",
            keyBits: nil,
            signatureAlgorithm: "",
            isSelfSigned: false
        )
    }
}
