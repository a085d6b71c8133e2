import Glibc
import SystemPackage
import TapLinux
import TapRing
import TapWire
import Testing

/// What `RingOutlook` says is what the writer then does, and it touches nothing.
@Suite struct RingOutlookTests {
    private func code(_ body: () throws(RingError) -> Void) -> RingError.Code? {
        do {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    /// What the outlook says and what the writer says of the same ring.
    private func verdicts(
        _ configuration: RingConfiguration,
        ports: [RingPort] = RingBench.ports
    ) -> (outlook: RingError.Code?, writer: RingError.Code?) {
        let time = Timestamp(nanoseconds: 1)
        return (
            code { () throws(RingError) in _ = try RingOutlook(of: configuration, ports: ports) },
            code { () throws(RingError) in
                _ = try RingWriter(configuration, ports: ports, at: time)
            }
        )
    }

    @Test func aNewRingAndOneToGoOnWith() throws {
        let bench = RingBench()
        let fresh = try RingOutlook(of: bench.configuration(), ports: RingBench.ports)
        #expect(!fresh.isContinued && fresh.availableByteCount > fresh.byteCount)
        #expect(try FileMappingSource.identity(at: FilePath(bench.path)) == nil)
        do { _ = try bench.writer() }
        let before = try bench.octets()
        let next = try RingOutlook(of: bench.configuration(), ports: RingBench.ports)
        #expect(next.isContinued)
        #expect(try bench.octets() == before)
    }

    @Test func aRingOfAnotherShapeIsRefusedAsTheWriterRefusesIt() throws {
        let bench = RingBench()
        do { _ = try bench.writer() }
        let others = [
            bench.configuration(2 << 20), bench.configuration(block: 32 << 10),
            bench.configuration(snapLength: 96),
        ]
        for other in others {
            let (outlook, writer) = verdicts(other)
            #expect(outlook != nil && outlook == writer)
        }
        let ports = [RingPort(name: "eth0"), RingPort(name: "eth7")]
        let (outlook, writer) = verdicts(bench.configuration(), ports: ports)
        #expect(outlook != nil && outlook == writer)
        let replacing = bench.configuration(snapLength: 96, replacesOther: true)
        #expect(try !RingOutlook(of: replacing, ports: RingBench.ports).isContinued)
    }

    @Test func foreignFilesAndBrokenRingsAreRefusedAsTheWriterRefusesThem() throws {
        let bench = RingBench()
        do { _ = try bench.writer() }
        let whole = try bench.octets()
        var version = whole
        version[8] = 99
        let files = [[], Array("hello".utf8), Array(whole.prefix(100_000)), version]
        for octets in files {
            try bench.put(octets)
            let (outlook, writer) = verdicts(bench.configuration())
            #expect(outlook != nil && outlook == writer)
            #expect(try bench.octets() == octets)
        }
    }

    @Test func whoeverWritesIsNamed() throws {
        let bench = RingBench()
        let writer = try bench.writer()
        let (outlook, second) = verdicts(bench.configuration())
        #expect(outlook == .inUse(processID: getpid()) && outlook == second)
        #expect(writer.nextSequence == 0)
    }

    @Test func aRingThatHasNoRoomIsRefused() {
        let bench = RingBench()
        for size in [1 << 45, 1 << 46] {
            let (outlook, writer) = verdicts(bench.configuration(size))
            #expect(outlook != nil)
            #expect(
                outlook?.isAboutRoom == true && writer?.isAboutRoom == true,
                "\(String(describing: (outlook, writer)))"
            )
        }
        let nowhere = RingConfiguration(path: "/proc/hubtap/ring", byteCount: 1 << 20)
        #expect(verdicts(nowhere).outlook != nil)
        let inAFile = RingConfiguration(path: "/etc/passwd/ring", byteCount: 1 << 20)
        #expect(verdicts(inAFile).outlook == .system(.notDirectory))
        let none = RingConfiguration(path: "", byteCount: 1 << 20)
        #expect(verdicts(none).outlook == .invalid(reason: "it has no path"))
    }
}

extension RingError.Code {
    fileprivate var isAboutRoom: Bool {
        switch self {
        case .noSpace, .noMemory: true
        default: false
        }
    }
}
