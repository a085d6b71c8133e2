import Foundation
import GRDB
import Synchronization
import TapWire

/// What must outlive the process: outboxes of the sinks, checkpoints of the analysis, history of alerts and events.
///
/// Theory of operation. The analysis commits what it found in one transaction: the octets for every sink, the history,
/// and how far it has come. So a finding is either stored together with the checkpoint that says it is, or the restart
/// finds it again. Each sink drains its own outbox and deletes what it has delivered. A transaction survives the death
/// of the process at once; the last ones before a loss of power may be undone, as a whole and in order.
///
/// One process writes, but for what people note of alerts and incidents; any number may read the same file at the same time (SQLite's write-ahead log).
public final class Store: Sendable {
    /// The database file; `:memory:` for a store that is in memory.
    public let path: String
    /// How much is kept.
    public let limits: StoreLimits
    let writer: any DatabaseWriter
    let bells = Mutex<[Int: Bell]>([:])

    /// Wakes who waits for entries of one sink.
    struct Bell {
        var sink: String
        var continuation: AsyncStream<Void>.Continuation
    }

    private init(path: String, limits: StoreLimits, writer: any DatabaseWriter) {
        self.path = path
        self.limits = limits
        self.writer = writer
    }

    /// Opens the store at `path`, makes it and its folder if they do not exist, and brings its schema up to date.
    public convenience init(
        path: String,
        limits: StoreLimits = StoreLimits()
    ) throws(StoreError) {
        try Self.makeFile(at: path)
        let writer: any DatabaseWriter = try Self.mapping(path) {
            try DatabasePool(path: path, configuration: Self.configuration(readOnly: false))
        }
        try Self.mapping(path) { try Self.migrate(writer, path: path) }
        self.init(path: path, limits: limits, writer: writer)
    }

    /// Opens the store at `path` for looking at its history, while another process writes to it or none does.
    public convenience init(reading path: String) throws(StoreError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError(code: .missing, path: path, detail: "no such file")
        }
        try Self.refuseFolder(at: path)
        let writer: any DatabaseWriter = try Self.mapping(path) {
            try DatabasePool(path: path, configuration: Self.configuration(readOnly: true))
        }
        try Self.mapping(path) { try writer.read { try Self.checkSchema($0, path: path) } }
        self.init(path: path, limits: StoreLimits(), writer: writer)
    }

    /// A store that is forgotten with the process.
    public static func inMemory(limits: StoreLimits = StoreLimits()) throws(StoreError) -> Store {
        let path = ":memory:"
        let writer = try mapping(path) {
            try DatabaseQueue(configuration: configuration(readOnly: false))
        }
        try mapping(path) { try migrate(writer, path: path) }
        return Store(path: path, limits: limits, writer: writer)
    }

    /// Ends every wait for arrivals and closes the database; later calls fail.
    public func close() {
        // Outside of the lock: the end of a stream takes its bell away.
        let waiting = bells.withLock { Array($0.values) }
        for bell in waiting { bell.continuation.finish() }
        // Both are tidiness: what is still in the log, or open, is taken care of when the store is opened again.
        try? writer.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        try? writer.close()
    }
}

// MARK: - Opening

extension Store {
    /// Says so of a folder: SQLite only calls it an error of the disk.
    private static func refuseFolder(at path: String) throws(StoreError) {
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        guard (try? file.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false else {
            return
        }
        throw StoreError(code: .notADatabase, path: path, detail: "it is a folder")
    }

    /// Makes the file, so that only its owner and group may read it, and the folder it is in.
    private static func makeFile(at path: String) throws(StoreError) {
        let manager = FileManager.default
        guard !manager.fileExists(atPath: path) else { return }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        do {
            try manager.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o750]
            )
            try Data().write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            try manager.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        } catch let error as CocoaError {
            let code: StoreError.Code =
                error.code == .fileWriteOutOfSpace ? .diskFull : .notWritable
            throw StoreError(code: code, path: path, detail: error.reason)
        } catch {
            throw StoreError(code: .notWritable, path: path, detail: "\(error)")
        }
    }

    private static func configuration(readOnly: Bool) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.readonly = readOnly
        configuration.label = "hubtap.store"
        configuration.maximumReaderCount = 2
        configuration.busyMode = .timeout(5)
        guard !readOnly else { return configuration }
        configuration.prepareDatabase { db in
            // In WAL mode this keeps what was committed through the death of the process without an fsync each time.
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            try db.execute(sql: "PRAGMA journal_size_limit = 16777216")
        }
        return configuration
    }

    /// Runs `body` and gives every error the path and a code.
    static func mapping<T>(_ path: String, _ body: () throws -> T) throws(StoreError) -> T {
        do {
            return try body()
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

extension CocoaError {
    /// What the kernel said, if it was asked.
    fileprivate var reason: String {
        guard let posix = underlying as? POSIXError else { return localizedDescription }
        return posix.localizedDescription
    }
}

extension StoreError {
    /// Gives an error of SQLite its code.
    init(_ error: any Error, path: String) {
        if let known = error as? StoreError {
            self = known
            return
        }
        guard let database = error as? DatabaseError else {
            self.init(code: .system, path: path, detail: "\(error)")
            return
        }
        let code = Self.code(of: database)
        self.init(code: code, path: path, detail: database.message ?? "\(database.resultCode)")
    }

    private static func code(of error: DatabaseError) -> Code {
        switch error.extendedResultCode {
        // The index of the write-ahead log could not grow.
        case .SQLITE_IOERR_SHMSIZE: return .diskFull
        default: break
        }
        return switch error.resultCode {
        case .SQLITE_FULL: .diskFull
        case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
        case .SQLITE_NOTADB: .notADatabase
        case .SQLITE_CORRUPT: .damaged
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: .notWritable
        default: .system
        }
    }
}
