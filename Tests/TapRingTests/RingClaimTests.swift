import Glibc
import SystemPackage
import TapLinux
import TapRing
import TapWire
import Testing

@Suite struct RingClaimTests {
    private func refusal(_ body: () throws(RingError) -> Void) -> RingError? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func onlyOneMayWrite() throws {
        let bench = RingBench()
        let writer = try bench.writer()
        let error = refusal { () throws(RingError) in _ = try bench.writer() }
        #expect(error?.code == .inUse(processID: try bench.reader().writer().processID))
        let replacing = bench.configuration(2 << 20, replacesOther: true)
        let other = refusal { () throws(RingError) in _ = try bench.writer(replacing) }
        #expect(other?.code == error?.code)
        #expect(writer.nextSequence == 0)
    }

    @Test func aRingOfAnotherShapeIsLeftAlone() throws {
        let bench = RingBench()
        do {
            var writer = try bench.writer()
            writer.putPattern()
        }
        let before = try bench.octets()
        let ports = [RingPort(name: "eth0"), RingPort(name: "eth7")]
        let monitor = [RingBench.ports[0], RingPort(name: "eth1", isMonitor: true)]
        let errors = [
            refusal { () throws(RingError) in _ = try bench.writer(bench.configuration(2 << 20)) },
            refusal { () throws(RingError) in
                _ = try bench.writer(bench.configuration(block: 32 << 10))
            },
            refusal { () throws(RingError) in
                _ = try bench.writer(bench.configuration(snapLength: 96))
            },
            refusal { () throws(RingError) in _ = try bench.writer(ports: ports) },
            refusal { () throws(RingError) in _ = try bench.writer(ports: monitor) },
        ]
        #expect(
            errors.map { $0?.code } == [
                .otherSize(found: 1_048_576 - 65_536 + 65_536, wanted: 2 << 20),
                .otherSize(found: 1 << 20, wanted: 1 << 20),
                .otherSnapLength(found: 0, wanted: 96),
                .otherPorts(found: ["eth0", "eth1"], wanted: ["eth0", "eth7"]),
                .otherPorts(found: ["eth0", "eth1"], wanted: ["eth0", "eth1 (monitor)"]),
            ]
        )
        #expect(try bench.octets() == before)
        var writer = try bench.writer(bench.configuration(snapLength: 96, replacesOther: true))
        #expect(writer.isContinued == false)
        writer.putPattern()
    }

    @Test func aPortMayChangeItsSpeed() throws {
        let bench = RingBench()
        do { _ = try bench.writer() }
        var ports = RingBench.ports
        ports[0].speedMegabits = 10
        let writer = try bench.writer(ports: ports)
        #expect(writer.isContinued == true)
        #expect(try bench.reader().ports == ports)
    }

    @Test func aForeignFileIsNeverThrownAway() throws {
        let bench = RingBench()
        let texts = [[], Array("hello".utf8), [UInt8](repeating: 65, count: 300_000)]
        for octets in texts {
            try bench.put(octets)
            let configuration = bench.configuration(replacesOther: true)
            let error = refusal { () throws(RingError) in _ = try bench.writer(configuration) }
            #expect(error?.code == .notARing)
            #expect(try bench.octets() == octets)
            let reading = refusal { () throws(RingError) in _ = try bench.reader() }
            #expect(reading?.code == .notARing)
        }
    }

    @Test func anotherVersionIsNamed() throws {
        let bench = RingBench()
        do { _ = try bench.writer() }
        try bench.patch([9, 0, 0, 0], at: 8)
        let error = refusal { () throws(RingError) in _ = try bench.writer() }
        #expect(error?.code == .otherVersion(found: 9))
        #expect(error?.description.contains("layout version 9") == true)
        #expect(error?.description.contains(bench.path) == true)
        #expect(try bench.writer(bench.configuration(replacesOther: true)).isContinued == false)
    }

    @Test func impossibleWishesAreRefused() throws {
        let bench = RingBench()
        let wishes = [
            bench.configuration(1000), bench.configuration(-5), bench.configuration(.max),
            bench.configuration(block: 100), bench.configuration(block: 1 << 40),
            bench.configuration(block: 512 << 10), bench.configuration(snapLength: -1),
            bench.configuration(snapLength: .max), RingConfiguration(path: ""),
        ]
        for wish in wishes {
            let error = refusal { () throws(RingError) in _ = try bench.writer(wish) }
            guard case .invalid = error?.code else {
                Issue.record("\(wish) gave \(String(describing: error))")
                continue
            }
        }
        let many = (0...32).map { RingPort(name: "eth\($0)") }
        for ports in [[], many] {
            let error = refusal { () throws(RingError) in _ = try bench.writer(ports: ports) }
            guard case .invalid = error?.code else {
                Issue.record("\(ports.count) ports gave \(String(describing: error))")
                continue
            }
        }
        #expect(throws: Errno.noSuchFileOrDirectory) { try bench.octets() }
    }

    @Test func aFullFileSystemIsFoundOutBefore() throws {
        let bench = RingBench()
        let error = refusal { () throws(RingError) in
            _ = try bench.writer(bench.configuration(1 << 45, block: nil))
        }
        guard case .noSpace(let available, let wanted) = error?.code else {
            Issue.record("gave \(String(describing: error))")
            return
        }
        #expect(available < wanted)
        #expect(throws: Errno.noSuchFileOrDirectory) { try bench.octets() }
    }

    @Test func placesThatCannotBe() throws {
        let missing = refusal { () throws(RingError) in
            _ = try RingReader(path: "/dev/shm/hubtap-none/ring")
        }
        #expect(missing?.code == .notFound)
        let directory = refusal { () throws(RingError) in _ = try RingReader(path: "/dev/shm") }
        #expect(directory?.code == .notARing)
        let device = refusal { () throws(RingError) in _ = try RingReader(path: "/dev/null") }
        #expect(device?.code == .notARing)
        let configuration = RingConfiguration(path: "/proc/hubtap/ring", byteCount: 1 << 20)
        let unwritable = refusal { () throws(RingError) in
            _ = try RingWriter(configuration, ports: RingBench.ports, at: .distantPast)
        }
        guard case .system = unwritable?.code else {
            Issue.record("gave \(String(describing: unwritable))")
            return
        }
    }

    @Test func directoriesAreMade() throws {
        let bench = RingBench()
        let directory = FilePath(bench.path).appending("deep")
        let path = directory.appending("ring").string
        do {
            _ = try RingWriter(
                RingConfiguration(path: path, byteCount: 1 << 20),
                ports: RingBench.ports,
                at: .distantPast
            )
        }
        let reader = try RingReader(path: path)
        #expect(reader.ports.count == 2)
        #expect(mode(of: path) == 0o640)
        #expect(mode(of: directory.string) == 0o755)
        try FileMappingSource.remove(FilePath(path))
        // SAFETY: the names live across the calls, which only read them.
        #expect(unsafe rmdir(directory.string) == 0 && rmdir(bench.path) == 0)
    }

    private func mode(of path: String) -> mode_t {
        var facts = stat()
        // SAFETY: both arguments live across the call, which fills `facts` in.
        return unsafe stat(path, &facts) == 0 ? facts.st_mode & 0o7777 : 0
    }

    @Test func anAbandonedDraftIsNoObstacle() throws {
        let bench = RingBench()
        let draft = FilePath(bench.path + ".new")
        do { _ = try FileMappingSource.createIfAbsent(draft, permissions: [.ownerReadWrite]) }
        let writer = try bench.writer()
        #expect(writer.isContinued == false)
        #expect(try FileMappingSource.identity(at: draft) == nil)
    }
}
