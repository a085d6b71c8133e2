/// Why the store could not be opened or used, and what to do about it.
public struct StoreError: Error, Hashable, Sendable {
    /// What went wrong.
    public enum Code: Hashable, Sendable {
        /// There is no store at the path.
        case missing
        /// The file or its folder may not be written, or the folder cannot be made.
        case notWritable
        /// The file is something else than an SQLite database.
        case notADatabase
        /// A later version of hubtap wrote the store.
        case newerSchema
        /// The database's pages contradict each other.
        case damaged
        /// There is no room left; nothing was written, what was stored before is intact.
        case diskFull
        /// Another process held the database for too long.
        case busy
        /// Anything else that SQLite or the kernel said.
        case system
    }

    /// What went wrong.
    public var code: Code
    /// The database file; `:memory:` for one that is in memory.
    public var path: String
    /// What SQLite or the kernel said.
    public var detail: String

    /// Creates an error.
    public init(code: Code, path: String, detail: String) {
        self.code = code
        self.path = path
        self.detail = detail
    }

    /// True if the same call can succeed later without anybody touching the file.
    public var isRetryable: Bool {
        switch code {
        case .diskFull, .busy, .system: true
        case .missing, .notWritable, .notADatabase, .newerSchema, .damaged: false
        }
    }

    /// What to do about it.
    public var fix: String {
        switch code {
        case .missing: "Name the store of a running hubtap, or start `hubtap run` once to make it."
        case .notWritable:
            "Give the user that hubtap runs as the right to write to the folder and the file."
        case .notADatabase:
            "Name another file as `store`, or move this one away: a new store is made."
        case .newerSchema:
            "Use the hubtap that wrote it, or a newer one, or name another file as `store`."
        case .damaged:
            "Move the file away (and those ending in -wal and -shm): a new store is made."
        case .diskFull: "Make room on the file system; hubtap tries again by itself."
        case .busy: "End the other program that holds the database open for writing."
        case .system: "See the reason before this; hubtap tries again by itself."
        }
    }
}

extension StoreError: CustomStringConvertible {
    /// The path, the problem and the fix in two sentences.
    public var description: String {
        // Of what is not there nothing more is to be said.
        let detail = code == .missing ? "" : " (\(detail))"
        return "store \(path): \(problem)\(detail). \(fix)"
    }

    private var problem: String {
        switch code {
        case .missing: "there is no such file"
        case .notWritable: "cannot be written"
        case .notADatabase: "is not a hubtap store"
        case .newerSchema: "was written by a newer hubtap"
        case .damaged: "is damaged"
        case .diskFull: "the disk is full"
        case .busy: "is locked by another process"
        case .system: "cannot be used"
        }
    }
}
