import CTap
import Testing

/// The processor's instructions, in one stream and in three, against the table.
@Suite struct ChecksumTests {
    private static func sum(_ octets: [UInt8], way: CInt? = nil) -> UInt32? {
        // SAFETY: the octets are borrowed for the call, which only reads them.
        unsafe octets.withUnsafeBytes { octets in
            guard let start = octets.baseAddress else { return 0 }
            guard let way else { return unsafe ~ctap_crc32c(~0, start, octets.count) }
            let register = unsafe ctap_crc32c_by(way, ~0, start, octets.count)
            return register < 0 ? nil : ~UInt32(truncatingIfNeeded: register)
        }
    }

    // RFC 3720, appendix B.4, and the check value of the catalogue of parametrised CRC algorithms.
    private static let vectors: [(octets: [UInt8], sum: UInt32)] = [
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        (Array(0..<32), 0x46DD_794E),
        ((0..<32).reversed(), 0x113F_DB5C),
        (Array("123456789".utf8), 0xE306_9283),
    ]

    @Test func isTheCastagnoliChecksum() {
        for (octets, sum) in Self.vectors {
            #expect(Self.sum(octets) == sum)
            #expect(Self.sum(octets, way: 0) == sum)
        }
    }

    @Test(arguments: 1...2 as ClosedRange<CInt>)
    func everyWayGivesTheSame(way: CInt) {
        guard way <= ctap_crc32c_way() else { return }
        var lengths = Array(1...700)
        lengths += [1513, 1514, 1515, 1535, 1536, 1537, 1728, 9000, 65_549, 262_144]
        for length in lengths {
            let octets = Pattern.octets(UInt64(length), count: length)
            #expect(Self.sum(octets, way: way) == Self.sum(octets, way: 0), "\(length) octets")
        }
    }
}
