import TapCapture
import TapRing
import TapSinks
import TapWire

/// A reader of a ring, as a source of evidence.
struct RingEvidenceSource: EvidenceSource, ~Copyable {
    private var reader: RingReader
    let interfaces: [CaptureInterface]

    /// Reads the ring at `path`.
    init(path: String) throws(RingError) {
        let reader = try RingReader(path: path, from: .newest)
        let system = CaptureSection.onThisMachine(application: "hubtap").operatingSystem
        let snapLength = UInt32(clamping: reader.snapLength)
        let ports = reader.ports
        interfaces = ports.map { port in
            var interface = CaptureInterface(port, snapLength: snapLength, filter: nil)
            interface.operatingSystem = system
            return interface
        }
        self.reader = reader
    }

    var identity: [UInt8] { reader.identity.octets }

    var nextSequence: UInt64 { reader.nextSequence }

    var unmirrored: [UInt64] { (try? reader.ledger())?.ports.map(\.mirrorLost.total) ?? [] }

    func oldest() throws -> Timestamp? { try reader.statistics().oldestTime }

    mutating func go(to place: EvidencePlace) throws {
        switch place {
        case .newest: try reader.seek(to: .newest)
        case .sequence(let sequence): try reader.seek(to: .sequence(sequence))
        case .time(let time): try reader.seek(to: .time(time))
        }
    }

    mutating func arrival(of sequence: UInt64) throws -> Timestamp? {
        try reader.seek(to: .sequence(sequence))
        var arrival: Timestamp?
        _ = try reader.next { frame in
            if frame.metadata.sequence == sequence { arrival = frame.metadata.arrival }
            return .stop
        }
        return arrival
    }

    mutating func read(
        atMost count: Int,
        before end: UInt64,
        wants: (borrowing Frame) -> Bool,
        take: (borrowing Frame) -> Void,
        lose: (Range<UInt64>) -> Void
    ) throws -> Bool {
        var left = count
        var isAtEnd = false
        while left > 0, !isAtEnd {
            let entry = try reader.next { frame in
                isAtEnd = frame.metadata.sequence >= end
                guard left > 0, !isAtEnd else { return .stop }
                left -= 1
                return wants(frame) ? .take : .pass
            }
            switch entry {
            case .frame(let frame): take(frame)
            case .gap(let gap): lose(gap.sequences)
            case nil: return left == 0 && !isAtEnd
            }
        }
        return !isAtEnd
    }

    mutating func wait(upTo limit: Duration) throws -> Bool {
        do throws(RingError) {
            _ = try reader.wait(upTo: limit)
            return true
        } catch {
            guard error.code == .replaced else { throw error }
            return false
        }
    }
}
