import CTap
import SystemPackage
import TapLinux
import TapWire

/// A ring that this process holds for writing, and the place where writing goes on.
///
/// Theory of operation. The lock on the file itself says who may write: it ends with its process,
/// however that dies. A new ring is made whole under another name and then moved to the path, so
/// readers never see half of one, and two writers that start at once cannot both win.
struct RingClaim: ~Copyable {
    /// The ring, locked.
    let file: RingFile
    /// Where writing goes on.
    let end: RingEnd
    /// What its last writer published.
    let published: PublishedLedger
    /// True if the ring was there before.
    let isContinued: Bool

    private init(
        file: consuming RingFile,
        end: RingEnd,
        published: PublishedLedger,
        isContinued: Bool
    ) {
        self.file = file
        self.end = end
        self.published = published
        self.isContinued = isContinued
    }

    private init(fresh file: consuming RingFile) {
        end = RingEnd()
        published = PublishedLedger(none: file.geometry)
        isContinued = false
        self.file = file
    }

    /// Takes over the ring that the configuration names, or makes it.
    static func make(
        _ configuration: RingConfiguration,
        ports: [RingPort],
        at time: Timestamp
    ) throws(RingError) -> RingClaim {
        let geometry = try RingGeometry(configuration, portCount: ports.count)
        let path = configuration.path
        // Each turn means that another process made, took or removed the file between two steps.
        for _ in 0..<16 {
            guard let source = try lockExisting(path) else {
                let made = try RingMaker(configuration, geometry, ports, time).make(
                    replacing: false
                )
                guard let file = made else { continue }
                return RingClaim(fresh: file)
            }
            let maker = RingMaker(configuration, geometry, ports, time)
            guard let claim = try takeOver(source, maker) else { continue }
            return claim
        }
        throw RingError(.inUse(processID: 0), path: path)
    }

    /// Goes on with the ring that is open and locked, or replaces it; nil if it has left the path.
    private static func takeOver(
        _ source: borrowing FileMappingSource,
        _ maker: RingMaker
    ) throws(RingError) -> RingClaim? {
        let path = maker.configuration.path
        guard try stillStands(source, at: path) else { return nil }
        do {
            return try continued(source, maker)
        } catch {
            guard maker.configuration.replacesOther, error.isReplaceable else { throw error }
        }
        guard let file = try maker.make(replacing: true) else { return nil }
        markReplaced(source, path)
        return RingClaim(fresh: file)
    }

    private static func stillStands(
        _ source: borrowing FileMappingSource,
        at path: String
    ) throws(RingError) -> Bool {
        let opened = try ringErrors(path) { () throws(Errno) in try source.identity() }
        return try ringErrors(path) { () throws(Errno) in
            try FileMappingSource.identity(at: FilePath(path)) == opened
        }
    }

    private static func continued(
        _ source: borrowing FileMappingSource,
        _ maker: RingMaker
    ) throws(RingError) -> RingClaim {
        let path = maker.configuration.path
        let copy = try ringErrors(path) { () throws(Errno) in try source.duplicate() }
        let file = try RingFile(copy, path: path, access: .readWrite)
        try maker.compare(with: file)
        let end = try RingEnd(of: file)
        // A ledger of many ports may be torn by a loss of power: counting begins anew, the frames stay.
        let published = (try? file.loadLedger()) ?? PublishedLedger(none: file.geometry)
        try maker.prepare(file)
        file.store(maker.ports)
        try maker.enter(file)
        return RingClaim(file: file, end: end, published: published, isContinued: true)
    }

    // Readers of the old ring still map it, though it has no name any more.
    private static func markReplaced(_ source: borrowing FileMappingSource, _ path: String) {
        guard let copy = try? source.duplicate(),
            let file = try? RingFile(copy, path: path, access: .readWrite)
        else { return }
        // SAFETY: the header lies in the mapping.
        unsafe ctap_ring_set_writer_state(file.header, UInt32(CTAP_RING_WRITER_REPLACED))
    }

    /// The process that the ring's header names as its writer; 0 if it cannot be read.
    static func writerProcess(_ path: String) -> Int32 {
        guard let file = try? RingFile.open(path, access: .readOnly) else { return 0 }
        // SAFETY: the header lies in the mapping.
        return Int32(truncatingIfNeeded: unsafe file.header.pointee.writer_pid)
    }

    /// Opens and locks the file at the path; nil if there is none, or no longer.
    private static func lockExisting(_ path: String) throws(RingError) -> FileMappingSource? {
        let found = try ringErrors(path) { () throws(Errno) in
            try FileMappingSource.openIfPresent(FilePath(path))
        }
        guard let source = found else { return nil }
        let isOurs = try ringErrors(path) { () throws(Errno) in
            try FileLock.acquire(source.descriptor)
        }
        guard isOurs else {
            throw RingError(.inUse(processID: writerProcess(path)), path: path)
        }
        return source
    }
}
