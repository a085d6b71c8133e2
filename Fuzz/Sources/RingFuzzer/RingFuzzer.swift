import CTap
import FuzzSupport
import Glibc
import TapLinux
import TapRing
import TapWire

/// Reads a ring that anybody may have made: one octet that says which checksums are to be right, the words of
/// the header, then what stands in the blocks.
@main
struct RingFuzzer: FuzzTarget {
    private static let blockByteCount = 4096
    private static let blockCount = 4
    private static let dataOffset = 0x10000
    private static let fileByteCount = dataOffset + blockCount * blockByteCount

    static func test(_ octets: Span<UInt8>) {
        var input = FuzzInput(octets)
        let choice = input.octet()
        var file = [UInt8](repeating: 0, count: fileByteCount)
        if choice & 1 == 0 {
            putHeader(into: &file)
            file.replace(128, by: input.octets(upTo: 128))
        } else {
            file.replace(0, by: input.octets(upTo: 256))
        }
        file.replace(4096, by: input.octets(upTo: Int(choice >> 4) * 16))
        file.replace(0x3000, by: input.octets(upTo: Int(choice >> 4) * 16))
        file.replace(dataOffset, by: input.octets(upTo: blockCount * blockByteCount))
        if choice & 2 == 0 { file.setChecksum(at: 72, from: ~0, of: 0..<72) }
        let seed = file.register(from: ~0, of: 16..<32)
        for start in stride(from: dataOffset, to: fileByteCount, by: blockByteCount) {
            if choice & 4 == 0 {
                file.setChecksum(at: start + 8, from: seed, of: start + 16..<start + 320)
            }
            if choice & 8 == 0 { putFrameChecksums(into: &file, block: start) }
        }
        read(file)
    }

    private static func putHeader(into file: inout [UInt8]) {
        file.replace(0, by: Array("HUBTAPR\n".utf8))
        file.put(2, octets: 4, at: 8)
        file.put(UInt64(dataOffset), octets: 4, at: 12)
        file.put(UInt64(fileByteCount), octets: 8, at: 32)
        file.put(UInt64(blockByteCount), octets: 8, at: 40)
        file.put(UInt64(blockCount), octets: 8, at: 48)
        file.put(2, octets: 4, at: 60)
    }

    private static func putFrameChecksums(into file: inout [UInt8], block: Int) {
        let seed = UInt32(file.number(octets: 4, at: block + 8))
        var sequence = file.number(octets: 8, at: block + 24)
        var place = block + 320
        while place + 24 <= block + blockByteCount {
            let captured = Int(file.number(octets: 3, at: place + 8))
            guard place + 24 + captured <= block + blockByteCount else { return }
            file.put(sequence, octets: 2, at: place + 16)
            file.put(0, octets: 4, at: place + 20)
            let head = (0..<8).map { UInt8(truncatingIfNeeded: sequence >> ($0 * 8)) }
            let register = head.register(from: seed, of: 0..<8)
            file.setChecksum(at: place + 20, from: register, of: place..<place + 24 + captured)
            place += 24 + (captured + 7) / 8 * 8
            sequence &+= 1
        }
    }

    // A file in memory, made once and without a name: its name in /proc is the path of the ring.
    private static let descriptor = makeFile()

    private static func makeFile() -> CInt {
        let path = "/dev/shm/hubtap-fuzz-\(getpid())"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
        unlink(path)
        return descriptor
    }

    private static func read(_ file: [UInt8]) {
        guard ftruncate(descriptor, fileByteCount) == 0,
            file.withUnsafeBytes({ pwrite(descriptor, $0.baseAddress, $0.count, 0) }) == file.count,
            var reader = try? RingReader(path: "/proc/self/fd/\(descriptor)")
        else { return }
        precondition(reader.ports.count <= PortIndex.maximumCount)
        _ = try? reader.ledger()
        _ = try? reader.writer()
        let statistics = try? reader.statistics()
        precondition((statistics?.usedByteCount ?? 0) <= fileByteCount)
        walk(&reader, choosing: false)
        let middle = (statistics?.oldestSequence ?? 0) &+ (statistics?.frameCount ?? 0) / 2
        let time = statistics?.newestTime ?? Timestamp(nanoseconds: 0)
        let positions = [RingPosition.oldest, .newest, .sequence(middle), .time(time)]
        for position in positions where (try? reader.seek(to: position)) != nil {
            _ = try? reader.wait(upTo: Duration.zero)
            walk(&reader, choosing: true)
        }
    }

    /// Reads to the end, which comes: a ring of this size has room for so many entries only.
    private static func walk(_ reader: inout RingReader, choosing: Bool) {
        let limit = 4 * blockCount * blockByteCount / 24
        let ports = reader.ports.count
        for turn in 0..<limit {
            do {
                guard
                    let entry = try reader.next(where: {
                        !choosing || $0.bytes.count % 3 == turn % 3
                    })
                else { return }
                check(entry, ports: ports)
            } catch {
                continue
            }
        }
        preconditionFailure("it does not end")
    }

    private static func check(_ entry: borrowing RingEntry, ports: Int) {
        switch entry {
        case .gap(let gap): precondition(gap.sequences.lowerBound < gap.sequences.upperBound)
        case .frame(let frame):
            precondition(frame.bytes.count <= blockByteCount)
            precondition(Int(frame.metadata.ingress.rawValue) < ports)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func replace(_ start: Int, by octets: [UInt8]) {
        replaceSubrange(start..<start + octets.count, with: octets)
    }

    fileprivate mutating func put(_ value: UInt64, octets count: Int, at start: Int) {
        for index in 0..<count {
            self[start + index] = UInt8(truncatingIfNeeded: value >> (index * 8))
        }
    }

    fileprivate func number(octets count: Int, at start: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(self[start + $1]) << ($1 * 8) }
    }

    fileprivate func register(from register: UInt32, of range: Range<Int>) -> UInt32 {
        self[range].withUnsafeBytes { octets in
            octets.baseAddress.map { ctap_crc32c(register, $0, octets.count) } ?? register
        }
    }

    fileprivate mutating func setChecksum(
        at place: Int,
        from register: UInt32,
        of range: Range<Int>
    ) {
        let register = self.register(from: register, of: range)
        put(UInt64(~register), octets: 4, at: place)
    }
}
