import CTap
import Glibc
import SystemPackage
import TapLinux
import TapWire

/// What a ring is to be, and how it is made.
struct RingMaker {
    let configuration: RingConfiguration
    let geometry: RingGeometry
    let ports: [RingPort]
    let time: Timestamp

    init(
        _ configuration: RingConfiguration,
        _ geometry: RingGeometry,
        _ ports: [RingPort],
        _ time: Timestamp
    ) {
        self.configuration = configuration
        self.geometry = geometry
        self.ports = ports
        self.time = time
    }

    private var path: String { configuration.path }

    /// Makes a new ring, locked, and moves it to the path.
    ///
    /// - Returns: nil if another file stands there by now.
    func make(replacing: Bool) throws(RingError) -> RingFile? {
        let target = FilePath(path)
        let draft = FilePath(path + ".new")
        try system { () throws(Errno) in
            try FileMappingSource.makeDirectory(target.removingLastComponent())
        }
        guard let source = try createDraft(draft) else { return nil }
        do {
            let file = try fill(source)
            try system { () throws(Errno) in
                try FileMappingSource.move(draft, to: target, overwriting: replacing)
                let directory = target.removingLastComponent()
                try SmallFile.synchronize(directory: directory.isEmpty ? "." : directory)
            }
            return file
        } catch {
            try system { () throws(Errno) in try FileMappingSource.remove(draft) }
            guard error.code == .system(.fileExists) else { throw error }
            return nil
        }
    }

    /// Throws unless `file` is the ring that this would make.
    func compare(with file: borrowing RingFile) throws(RingError) {
        let found = file.geometry
        guard found.fileByteCount == geometry.fileByteCount,
            found.blockByteCount == geometry.blockByteCount
        else {
            let found = RingError.Code.otherSize(
                found: found.fileByteCount,
                wanted: geometry.fileByteCount
            )
            throw RingError(found, path: path)
        }
        guard found.snapLength == geometry.snapLength else {
            let found = RingError.Code.otherSnapLength(
                found: found.snapLength,
                wanted: geometry.snapLength
            )
            throw RingError(found, path: path)
        }
        // Speed, MTU and address may have changed; a frame's port number must keep its meaning.
        let there = file.ports().map(Self.key)
        guard there == ports.map(Self.key) else {
            throw RingError(.otherPorts(found: there, wanted: ports.map(Self.key)), path: path)
        }
    }

    /// Throws unless a whole new ring has room in the file system, and in the memory under it.
    ///
    /// A ring that takes the last memory would get the hub killed while it is made.
    func checkRoom(_ space: FileMappingSource.Space) throws(RingError) {
        let wanted = geometry.fileByteCount
        guard space.available >= wanted else { throw noSpace(available: space.available) }
        guard space.isMemory, let free = SystemMemory.available(), free < wanted else { return }
        throw RingError(.noMemory(available: free, wanted: wanted), path: path)
    }

    /// Makes sure that no write to the ring fails or waits later.
    func prepare(_ file: borrowing RingFile) throws(RingError) {
        let space = try system { () throws(Errno) in try file.source.space() }
        // A ring that was copied here may have holes; in any other this changes nothing.
        try reserve(file.source)
        // On a disk the pages would all be written out for nothing.
        guard space.isMemory else { return }
        file.mapping.preferHugePages()
        do {
            // False from a kernel before 5.14: then the first lap takes a page fault now and then.
            _ = try file.mapping.populateForWriting()
        } catch {
            throw noSpace(available: space.available)
        }
    }

    /// Notes in the ring that this process fills it from now on.
    func enter(_ file: borrowing RingFile) throws(RingError) {
        let isMemory = try system { () throws(Errno) in try file.source.space().isMemory }
        file.enter(
            at: time,
            plane: configuration.plane,
            syncMilliseconds: isMemory ? 0 : configuration.syncMilliseconds
        )
    }

    private func reserve(_ source: borrowing FileMappingSource) throws(RingError) {
        do {
            try source.reserve(byteCount: geometry.fileByteCount)
        } catch .noSpace, .diskQuotaExceeded, .fileTooLarge {
            throw noSpace(available: (try? source.space().available) ?? 0)
        } catch {
            throw RingError(.system(error), path: path)
        }
    }

    private static func key(_ port: RingPort) -> String {
        let name = String(decoding: port.name.utf8.prefix(31), as: UTF8.self)
        return port.isMonitor ? name + " (monitor)" : name
    }

    private func createDraft(_ draft: FilePath) throws(RingError) -> FileMappingSource? {
        let created = try system { () throws(Errno) in
            try FileMappingSource.createIfAbsent(draft, permissions: [.ownerReadWrite, .groupRead])
        }
        guard let source = created else { return try removeAbandoned(draft) }
        guard try system({ () throws(Errno) in try FileLock.acquire(source.descriptor) }) else {
            return nil
        }
        return source
    }

    // A writer killed while it made its ring leaves the draft, but no lock on it.
    private func removeAbandoned(_ draft: FilePath) throws(RingError) -> FileMappingSource? {
        try system { () throws(Errno) in
            let source = try FileMappingSource.open(draft, forWriting: true)
            guard try FileLock.acquire(source.descriptor) else { return }
            try FileMappingSource.remove(draft)
        }
        return nil
    }

    private func fill(_ source: consuming FileMappingSource) throws(RingError) -> RingFile {
        try checkRoom(try system { () throws(Errno) in try source.space() })
        try reserve(source)
        try writeHeader(source)
        let file = try RingFile(source, path: path, access: .readWrite)
        try prepare(file)
        file.store(ports)
        try enter(file)
        return file
    }

    private func writeHeader(_ source: borrowing FileMappingSource) throws(RingError) {
        let identity = RingIdentity.random()
        var header = ctap_ring_header()
        header.magic = RingGeometry.magic
        header.version = RingGeometry.version
        header.data_offset = UInt32(RingGeometry.dataOffset)
        header.identity_high = identity.high
        header.identity_low = identity.low
        header.file_octets = UInt64(geometry.fileByteCount)
        header.block_octets = UInt64(geometry.blockByteCount)
        header.block_count = UInt64(geometry.blockCount)
        header.snap_octets = UInt32(geometry.snapLength)
        header.port_count = UInt32(geometry.portCount)
        header.created = time.nanoseconds
        header.crc = RingChecksum.sum(header)
        let descriptor = source.descriptor
        // SAFETY: the header is copied out of a local value, borrowed for the call.
        let written = unsafe withUnsafeBytes(of: &header) { octets in
            // #syscalls pwrite64
            unsafe pwrite(descriptor.rawValue, octets.baseAddress, octets.count, 0)
        }
        guard written == MemoryLayout<ctap_ring_header>.size else {
            throw RingError(.system(.ioError), path: path)
        }
    }

    private func noSpace(available: Int) -> RingError {
        RingError(.noSpace(available: available, wanted: geometry.fileByteCount), path: path)
    }

    private func system<Value: ~Copyable>(_ body: () throws(Errno) -> Value) throws(RingError)
        -> Value
    {
        do {
            return try body()
        } catch {
            throw RingError(.system(error), path: path)
        }
    }
}
