import TapCertificates
import TapMail
import Testing

@Suite("JA4")
struct JA4Tests {
    private static func fingerprint(_ hello: HelloBuilder) -> String? {
        var fed = FedConnection(library: TLSHandshakeTests.library)
        fed.take(hello.record, from: .client)
        return fed.connection.facts.ja4
    }

    /// The hello of the example in FoxIO's specification, with numbers in between that mean nothing.
    private static let example = HelloBuilder(
        suites: [
            0x8A8A, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013,
            0xC014, 0x009C, 0x009D, 0x002F, 0x0035,
        ],
        extensions: [
            0x1A1A, 0x001B, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002D, 0x000D, 0x0005, 0x0023,
            0x0012, 0x002B, 0xFF01, 0x000B, 0x000A, 0x0015, 0x2A2A,
        ],
        algorithms: [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
        versions: [0x3A3A, 0x0304, 0x0303],
        alpn: [Array("h2".utf8), Array("http/1.1".utf8)]
    )

    @Test("the example of the specification")
    func specification() {
        #expect(Self.fingerprint(Self.example) == "t13d1516h2_8daaf6152771_e5627efa2ab1")
    }

    @Test("the order of suites and extensions is nothing, that of algorithms is something")
    func order() {
        var hello = Self.example
        hello.suites.reverse()
        hello.extensions.reverse()
        #expect(Self.fingerprint(hello) == Self.fingerprint(Self.example))
        hello.algorithms.reverse()
        #expect(Self.fingerprint(hello) != Self.fingerprint(Self.example))
    }

    @Test(
        "the first protocol, as the specification writes it",
        arguments: [
            ([], "00"), ([[]], "00"), ([[0x68]], "hh"), ([[0xAB]], "ab"), ([[0xAB, 0xCD]], "ad"),
            ([[0x30, 0xAB]], "3b"), ([[0x30, 0x31, 0xAB, 0xCD]], "3d"),
            ([[0x30, 0xAB, 0xCD, 0x31]], "01"), ([Array("http/1.1".utf8)], "h1"),
            ([[0x20, 0x61]], "21"),
        ] as [([[UInt8]], String)]
    )
    func alpn(names: [[UInt8]], ends: String) {
        var hello = Self.example
        hello.alpn = names
        #expect(Self.fingerprint(hello)?.dropFirst(8).prefix(2) == ends[...])
    }

    @Test("a hello with nothing in it")
    func nothing() {
        let hello = HelloBuilder(suites: [], extensions: [], algorithms: [], versions: [], alpn: [])
        #expect(Self.fingerprint(hello) == "t12i000000_000000000000_000000000000")
    }

    @Test("more than 99 suites are 99")
    func many() {
        var hello = Self.example
        hello.suites = (0..<150).map { $0 }
        #expect(Self.fingerprint(hello)?.hasPrefix("t13d9916h2_") == true)
    }

    @Test("older versions", arguments: [(0x0302, "11"), (0x0301, "10"), (0x0300, "s3"), (9, "00")])
    func versions(number: UInt16, name: String) {
        var hello = Self.example
        hello.versions = [number]
        #expect(Self.fingerprint(hello)?.dropFirst(1).prefix(2) == name[...])
    }
}

/// A ClientHello with chosen parts.
struct HelloBuilder {
    var suites: [UInt16]
    /// The kinds of extensions, in order; those without content of their own are empty.
    var extensions: [UInt16]
    var algorithms: [UInt16]
    var versions: [UInt16]
    var alpn: [[UInt8]]

    private static func octets(_ numbers: [UInt16]) -> [UInt8] {
        numbers.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }

    private static func counted(_ octets: [UInt8]) -> [UInt8] {
        Self.octets([UInt16(octets.count)]) + octets
    }

    private func content(_ kind: UInt16) -> [UInt8] {
        switch kind {
        case 0x0D: Self.counted(Self.octets(algorithms))
        case 0x10: Self.counted(alpn.flatMap { [UInt8($0.count)] + $0 })
        case 0x2B: [UInt8(versions.count * 2)] + Self.octets(versions)
        default: []
        }
    }

    /// The hello in a record.
    var record: [UInt8] {
        var body: [UInt8] = [3, 3] + [UInt8](repeating: 7, count: 32) + [0]
        body += Self.counted(Self.octets(suites)) + [1, 0]
        body += Self.counted(extensions.flatMap { Self.octets([$0]) + Self.counted(content($0)) })
        return TLSRecords.record(22, TLSRecords.handshake(1, body))
    }
}
