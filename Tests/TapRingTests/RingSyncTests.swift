import Synchronization
import SystemPackage
import TapLinux
import TapRing
import TapWire
import Testing

/// Rings on a disk are written out, those in memory are not.
@Suite struct RingSyncTests {
    /// What a disk was asked for, and whether it obeys.
    final class Disk: Sendable {
        let count = Atomic<Int>(0)
        let isBroken = Atomic<Bool>(false)
        let complaints = Mutex<[Errno]>([])
    }

    private func start(_ writer: borrowing RingWriter, _ disk: Disk) throws -> RingSync? {
        try writer.startSync(
            flush: { _ throws(Errno) in
                disk.count.add(1, ordering: .relaxed)
                if disk.isBroken.load(ordering: .relaxed) { throw .ioError }
            },
            complain: { error in disk.complaints.withLock { $0.append(error) } }
        )
    }

    private func started(_ writer: borrowing RingWriter, _ disk: Disk) throws -> RingSync? {
        let sync = try start(writer, disk)
        if sync == nil { Issue.record("it is not written out") }
        return sync
    }

    private func configuration(_ path: String, every interval: Duration) -> RingConfiguration {
        RingConfiguration(
            path: path,
            byteCount: 1 << 20,
            blockByteCount: 64 << 10,
            syncInterval: interval
        )
    }

    @Test func aRingInMemoryIsNeverWrittenOut() throws {
        let bench = RingBench()
        let writer = try bench.writer()
        if try start(writer, Disk()) != nil { Issue.record("it is written out") }
        #expect(try bench.reader().writer().sync == nil)
    }

    @Test func zeroLeavesItToTheKernel() throws {
        let bench = RingBench("/var/tmp")
        let writer = try bench.writer(configuration(bench.path, every: .zero))
        let isOnDisk = try writer.isOnDisk()
        #expect(isOnDisk)
        if try start(writer, Disk()) != nil { Issue.record("it is written out") }
        #expect(try bench.reader().writer().sync == nil)
    }

    @Test func isWrittenOutAgainAndAgainAndOnceInTheEnd() throws {
        let bench = RingBench("/var/tmp")
        var writer = try bench.writer(configuration(bench.path, every: .milliseconds(1)))
        let disk = Disk()
        let began = FileMappingClock.now()
        guard let sync = try started(writer, disk) else { return }
        writer.putPattern()
        while disk.count.load(ordering: .relaxed) < 5 {}
        let before = disk.count.load(ordering: .relaxed)
        sync.stop()
        #expect(disk.count.load(ordering: .relaxed) > before)
        let status = try #require(try bench.reader().writer().sync)
        #expect(status.interval == .milliseconds(1))
        #expect(status.failures == 0)
        #expect(try #require(status.synced) >= began)
        #expect(disk.complaints.withLock { $0 } == [])
    }

    @Test func aFailureIsToldOnceAndCounted() throws {
        let bench = RingBench("/var/tmp")
        let writer = try bench.writer(configuration(bench.path, every: .milliseconds(1)))
        let disk = Disk()
        disk.isBroken.store(true, ordering: .relaxed)
        guard let sync = try started(writer, disk) else { return }
        while disk.count.load(ordering: .relaxed) < 5 {}
        sync.stop()
        #expect(disk.complaints.withLock { $0 } == [.ioError])
        let status = try #require(try bench.reader().writer().sync)
        #expect(status.failures == UInt64(disk.count.load(ordering: .relaxed)))
        #expect(status.synced == nil)
    }

    @Test func theDiskItselfIsAsked() throws {
        let bench = RingBench("/var/tmp")
        var writer = try bench.writer(configuration(bench.path, every: .seconds(3600)))
        writer.putPattern()
        let complaints = Disk()
        let found = try writer.startSync { error in
            complaints.complaints.withLock { $0.append(error) }
        }
        guard let sync = found else {
            Issue.record("no sync")
            return
        }
        sync.stop()
        #expect(complaints.complaints.withLock { $0 } == [])
        #expect(try bench.reader().writer().sync?.synced != nil)
    }
}
