import Glibc
import Synchronization
import SystemPackage
import TapLinux
import TapRing
import TapWire

/// A place for a ring that is empty before and after a test.
final class RingBench: Sendable {
    private static let count = Atomic<Int>(0)
    let path: String

    init(_ place: String = "/dev/shm") {
        let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
        path = "\(place)/hubtap-test-\(getpid())-\(number)"
        clear()
    }

    deinit { clear() }

    private func clear() {
        try? FileMappingSource.remove(FilePath(path))
        try? FileMappingSource.remove(FilePath(path + ".new"))
    }

    /// Two ports, as most taps have.
    static let ports = [
        RingPort(name: "eth0", mac: MACAddress(bits: 0x0200_0000_0001), speedMegabits: 1000),
        RingPort(name: "eth1", mac: MACAddress(bits: 0x0200_0000_0002), mtu: 9000),
    ]

    func configuration(
        _ byteCount: Int = 1 << 20,
        block: Int? = 64 << 10,
        snapLength: Int = 0,
        replacesOther: Bool = false
    ) -> RingConfiguration {
        RingConfiguration(
            path: path,
            byteCount: byteCount,
            snapLength: snapLength,
            blockByteCount: block,
            replacesOther: replacesOther
        )
    }

    /// A writer of the ring, which is waited for a moment where another is there: a program that a test is just starting has
    /// copies of all open files until it is one, and so the lock of a writer that has gone.
    func writer(
        _ configuration: RingConfiguration? = nil,
        ports: [RingPort] = RingBench.ports
    ) throws(RingError) -> RingWriter {
        let configuration = configuration ?? self.configuration()
        var tries = 100
        while true {
            do {
                return try RingWriter(configuration, ports: ports, at: Timestamp(nanoseconds: 1))
            } catch {
                tries -= 1
                guard case .inUse = error.code, tries > 0 else { throw error }
                usleep(10_000)
            }
        }
    }

    func reader(_ position: RingPosition = .oldest) throws(RingError) -> RingReader {
        try RingReader(path: path, from: position)
    }

    /// The octets of the ring's file.
    func octets() throws -> [UInt8] {
        let file = try FileDescriptor.open(FilePath(path), .readOnly)
        defer { try? file.close() }
        var octets = [UInt8](repeating: 0, count: Int(try file.seek(offset: 0, from: .end)))
        var read = 0
        while read < octets.count {
            // SAFETY: the buffer is borrowed for the call, and `read` lies inside it.
            let part = try unsafe octets.withUnsafeMutableBytes { buffer in
                try unsafe file.read(
                    fromAbsoluteOffset: Int64(read),
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[read...])
                )
            }
            guard part > 0 else { break }
            read += part
        }
        return octets
    }

    /// Puts a file with these octets at the path.
    func put(_ octets: [UInt8]) throws {
        let file = try FileDescriptor.open(
            FilePath(path),
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite]
        )
        defer { try? file.close() }
        try file.writeAll(octets)
    }

    /// Overwrites octets of the file in place, as damaged memory or another program would.
    func patch(_ octets: [UInt8], at offset: Int) throws {
        let file = try FileDescriptor.open(FilePath(path), .writeOnly)
        defer { try? file.close() }
        try file.writeAll(toAbsoluteOffset: Int64(offset), octets)
    }

    /// Cuts the file off, or makes it longer.
    func resize(to byteCount: Int) throws {
        let file = try FileDescriptor.open(FilePath(path), .writeOnly)
        defer { try? file.close() }
        try file.resize(to: Int64(byteCount))
    }
}
