import SystemPackage
import TapLinux
import TapWire

/// What would become of a ring if a hub started now, found out without touching anything.
public struct RingOutlook: Hashable, Sendable {
    /// True if the ring of a writer before would be taken over.
    public var isContinued: Bool
    /// Octets of the ring's file.
    public var byteCount: Int
    /// Octets that its file system has left for it.
    public var availableByteCount: Int
    /// True if it stands in memory.
    public var isMemory: Bool

    /// Looks whether `RingWriter` could make or take over the ring.
    ///
    /// - Throws: What stands in the way, in the writer's own words.
    public init(of configuration: RingConfiguration, ports: [RingPort]) throws(RingError) {
        let geometry = try RingGeometry(configuration, portCount: ports.count)
        let maker = RingMaker(configuration, geometry, ports, Timestamp(nanoseconds: 0))
        let path = FilePath(configuration.path)
        isContinued = try Self.isContinued(maker)
        byteCount = geometry.fileByteCount
        let space = try ringErrors(configuration.path) { () throws(Errno) in
            try FileMappingSource.space(in: try Self.directory(above: path))
        }
        availableByteCount = space.available
        isMemory = space.isMemory
        if !isContinued { try maker.checkRoom(space) }
    }

    /// Whether there is a ring that the writer would go on with; false if it would make one.
    private static func isContinued(_ maker: RingMaker) throws(RingError) -> Bool {
        let path = maker.configuration.path
        let found = try ringErrors(path) { () throws(Errno) in
            try FileMappingSource.openIfPresent(FilePath(path))
        }
        guard let source = found else { return false }
        let isHeld = try ringErrors(path) { () throws(Errno) in
            try FileLock.isHeldElsewhere(source.descriptor)
        }
        guard !isHeld else {
            throw RingError(.inUse(processID: RingClaim.writerProcess(path)), path: path)
        }
        do {
            let file = try RingFile(source, path: path, access: .readOnly)
            try maker.compare(with: file)
            _ = try RingEnd(of: file)
            return true
        } catch {
            guard maker.configuration.replacesOther, error.isReplaceable else { throw error }
            return false
        }
    }

    /// The directory that the ring, or the directories above it, would be made in.
    private static func directory(above path: FilePath) throws(Errno) -> FilePath {
        var directory = path.removingLastComponent()
        while !directory.isEmpty, try FileMappingSource.identity(at: directory) == nil {
            directory = directory.removingLastComponent()
        }
        return directory.isEmpty ? "." : directory
    }
}
