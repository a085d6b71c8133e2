import SystemPackage
import TapLinux

/// The journal of one port: what must be undone on it is on disk before it is done.
struct StateJournal: ~Copyable {
    /// What the journal says.
    private(set) var text: JournalText
    private let path: FilePath
    private let log: DurableLog

    private init(text: JournalText, path: FilePath, log: consuming DurableLog) {
        self.text = text
        self.path = path
        self.log = log
    }

    /// Goes on with the journal that a hub before left, or begins one.
    ///
    /// A journal of an interface that is gone says nothing about the one that has its name now.
    static func open(
        directory: String,
        port: String,
        index: Int32
    ) throws(PlaneError) -> StateJournal {
        let folder = FilePath(directory)
        let new: JournalText
        do throws(Errno) {
            new = JournalText(port: port, index: index, namespace: try NetworkNamespace.identity())
            try FileMappingSource.makeDirectory(folder)
        } catch {
            throw PlaneError(.journal(path: directory), port: port, errno: error)
        }
        let path = folder.appending(name(namespace: new.namespace, port: port))
        let found = try read(path)
        do throws(Errno) {
            if let found, found.text.header == new.header {
                let log = try DurableLog(continuing: path, byteCount: found.byteCount)
                return StateJournal(text: found.text, path: path, log: log)
            }
            try FileMappingSource.remove(path)
            let log = try DurableLog(creating: path, lines: new.header)
            return StateJournal(text: new, path: path, log: log)
        } catch {
            throw PlaneError(.journal(path: path.string), port: port, errno: error)
        }
    }

    /// Notes how something was, unless it is noted already, and returns when that is on disk.
    mutating func note(_ change: PortChange) throws(PlaneError) {
        guard !text.contains(change) else { return }
        do throws(Errno) {
            try log.append([change.line])
        } catch {
            throw PlaneError(.journal(path: path.string), port: text.port, errno: error)
        }
        text.changes.append(change)
    }

    /// Ends the journal: everything is undone.
    consuming func remove() throws(PlaneError) { try Self.remove(path, port: text.port) }

    static func remove(_ path: FilePath, port: String) throws(PlaneError) {
        do throws(Errno) {
            try FileMappingSource.remove(path)
            try SmallFile.synchronize(directory: path.removingLastComponent())
        } catch {
            throw PlaneError(.journal(path: path.string), port: port, errno: error)
        }
    }

    /// What the journal at `path` says and how much of it is whole lines; nil if there is none.
    static func read(_ path: FilePath) throws(PlaneError) -> (text: JournalText, byteCount: Int)? {
        let octets: [UInt8]
        do throws(Errno) {
            octets = try SmallFile.read(path)
        } catch .noSuchFileOrDirectory {
            return nil
        } catch {
            throw PlaneError(.journal(path: path.string), errno: error)
        }
        do throws(JournalText.Damage) {
            return (try JournalText(parsing: octets), JournalText.wholeByteCount(octets))
        } catch {
            throw PlaneError(.journalDamaged(path: path.string, line: error.line))
        }
    }

    /// The journals of ports of this thread's namespace.
    static func paths(in directory: String) throws(PlaneError) -> [FilePath] {
        let folder = FilePath(directory)
        do throws(Errno) {
            let prefix = name(namespace: try NetworkNamespace.identity(), port: "")
                .dropLast(suffix.count)
            return try SmallFile.names(in: folder)
                .filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
                .map { folder.appending($0) }
        } catch {
            throw PlaneError(.journal(path: directory), errno: error)
        }
    }

    static func name(namespace: UInt64, port: String) -> String { "\(namespace)-\(port)\(suffix)" }

    private static let suffix = ".journal"
}
