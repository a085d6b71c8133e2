import TapFlow
import TapMail
import TapWire
import Testing

/// A TLS connection that is fed by hand, with the records that it told.
struct FedConnection {
    var connection: TLSConnection
    var records: [TLSRecord] = []
    private var number: UInt64 = 0

    init(library: (any TLSLibrary)? = nil) { connection = TLSConnection(library: library) }

    private mutating func next() -> Moment {
        number += 1
        return Moment(time: Timestamp(nanoseconds: Int64(number)), sequence: number)
    }

    mutating func take(_ octets: [UInt8], from side: TLSSide, pieces: Int = .max) {
        let moment = next()
        var rest = octets[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(pieces))
            rest = rest.dropFirst(piece.count)
            connection.take(piece.span, from: side, at: moment) { records.append($0) }
        }
    }

    mutating func lose(_ count: Int?, from side: TLSSide) {
        connection.lose(byteCount: count, from: side, at: next()) { records.append($0) }
    }

    /// Records as `C22/100`, behind a loss with `~` before it.
    var told: [String] {
        records.map {
            ($0.followsLoss ? "~" : "") + ($0.side == .client ? "C" : "S")
                + "\($0.head.type.rawValue)/\($0.head.length)"
        }
    }
}

@Suite("TLS: records by their lengths")
struct TLSRecordReaderTests {
    private static func data(_ length: Int) -> [UInt8] {
        TLSRecords.record(23, (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) })
    }

    @Test("every record of both sides is told with its length", arguments: [1, 2, 5, 6, 100, .max])
    func lengths(pieces: Int) {
        var fed = FedConnection()
        fed.take(TLSRecords.clientHello("m"), from: .client, pieces: pieces)
        fed.take(TLSRecords.serverHello, from: .server, pieces: pieces)
        fed.take(TLSRecords.record(20, [1]) + Self.data(58), from: .server, pieces: pieces)
        fed.take(TLSRecords.record(20, [1]) + Self.data(0), from: .client, pieces: pieces)
        fed.take(Self.data(16_640) + Self.data(74), from: .client, pieces: pieces)
        fed.take(TLSRecords.record(21, [1, 0]), from: .server, pieces: pieces)
        #expect(
            fed.told == [
                "C22/63", "S22/50", "S20/1", "S23/58", "C20/1", "C23/0", "C23/16640", "C23/74",
                "S21/2",
            ]
        )
        #expect(fed.records.map(\.moment.sequence) == [1, 2, 3, 3, 4, 4, 5, 5, 6])
        #expect(fed.connection.facts.isEstablished)
    }

    @Test("a hole of known length inside a fragment is subtracted", arguments: [1, 50, 99])
    func holeInside(lost: Int) {
        var fed = FedConnection()
        fed.take(Self.data(40) + Self.data(100).prefix(5 + 100 - lost), from: .client)
        fed.lose(lost, from: .client)
        fed.take(Self.data(30), from: .client)
        #expect(fed.told == ["C23/40", "C23/100", "C23/30"])
    }

    @Test("behind any other hole the next head is found, wherever it stands")
    func resynchronise() {
        let stream = Self.data(40) + Self.data(100) + Self.data(60) + Self.data(30)
        for start in 1..<stream.count - 35 {
            for isKnown in [true, false] {
                var fed = FedConnection()
                fed.take(Array(stream[..<start]), from: .server)
                // From here on up to the middle of the third record.
                let end = max(start, 45 + 105 + 20)
                fed.lose(isKnown ? end - start : nil, from: .server)
                fed.take(Array(stream[end...]), from: .server, pieces: 3)
                let last = fed.told.last
                let isInside = isKnown && start >= 45 + 105 + 5
                #expect(last == (isInside ? "S23/30" : start < 215 ? "~S23/30" : "S23/30"))
            }
        }
    }

    @Test("the rest of a record lost is the end of it")
    func holeToTheEnd() {
        var fed = FedConnection()
        fed.take(Array(Self.data(100).prefix(50)), from: .server)
        fed.lose(55, from: .server)
        #expect(fed.told == ["S23/100"])
        fed.take(Self.data(7), from: .server)
        #expect(fed.told == ["S23/100", "S23/7"])
    }

    @Test("octets that are no record are passed over until there is one")
    func broken() {
        var fed = FedConnection()
        fed.take(Self.data(20) + [23, 9, 9, 9, 9, 0, 0, 23, 3] + Self.data(21), from: .client)
        #expect(fed.told == ["C23/20", "~C23/21"])
    }

    @Test("what never was TLS stays so")
    func foreign() {
        var fed = FedConnection()
        fed.take(Array("EHLO client\r\n".utf8) + Self.data(20), from: .client)
        #expect(fed.records.isEmpty)
        #expect(fed.connection.isForeign(.client))
        fed.lose(nil, from: .client)
        fed.take(Self.data(20), from: .client)
        #expect(fed.records.isEmpty)
    }

    @Test("a hello that is torn is not read, and the records go on")
    func tornHello() {
        var fed = FedConnection()
        let hello = TLSRecords.clientHello("mail.example")
        fed.take(Array(hello.prefix(30)), from: .client)
        fed.lose(10, from: .client)
        fed.take(Array(hello.dropFirst(40)) + Self.data(20), from: .client)
        #expect(fed.told == ["C22/\(hello.count - 5)", "C23/20"])
        #expect(fed.connection.facts.serverName == nil)
    }

    @Test("a hello over several records, and several messages in one")
    func spread() {
        let hello = Array(TLSRecords.clientHello("mail.example").dropFirst(5))
        var fed = FedConnection()
        for octet in hello { fed.take(TLSRecords.record(22, [octet]), from: .client) }
        #expect(fed.connection.facts.serverName == "mail.example")
        let server = TLSRecords.serverHello.dropFirst(5)
        fed.take(TLSRecords.record(22, [0, 0, 0, 0] + server), from: .server, pieces: 2)
        #expect(fed.connection.facts.version == "TLS 1.3")
    }

    @Test(
        "octets inside a record, by what the suite adds",
        arguments: [
            // Version, suite, octets of the fragment, octets inside.
            (0x0303, 0xC02F, 30, 6...6), (0x0303, 0xCCA8, 22, 6...6), (0x0304, 0x1302, 23, 6...6),
            (0x0304, 0x1305, 15, 6...6), (0x0301, 0x0005, 26, 6...6), (0x0303, 0xC0A0, 22, 6...6),
            // AES-CBC with SHA-1: 16 octets begin the record; 6 + 20 + 6 of padding are two blocks.
            (0x0303, 0xC014, 48, 0...11), (0x0301, 0xC014, 32, 0...11),
            (0x0303, 0xC014, 64, 12...27), (0x0303, 0x000A, 40, 4...11),
        ] as [(UInt16, UInt16, Int, ClosedRange<Int>)]
    )
    func plaintext(version: UInt16, suite: UInt16, length: Int, inside: ClosedRange<Int>) {
        var facts = TLSFacts()
        #expect(facts.plaintextLength(ofRecord: length) == nil)
        facts.versionNumber = version
        facts.cipherSuite = suite
        #expect(facts.plaintextLength(ofRecord: length) == inside)
        #expect(facts.plaintextLength(ofRecord: 8) == nil)
        facts.cipherSuite = 0xFFFF
        #expect(facts.plaintextLength(ofRecord: length) == nil)
    }
}
