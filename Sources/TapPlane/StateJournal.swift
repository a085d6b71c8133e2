import SystemPackage
import TapLinux
import TapWire

/// The journal of one port: what must be undone on it is on disk before it is done.
struct StateJournal: ~Copyable {
    /// What the journal says.
    private(set) var text: JournalText
    /// Whether a hub before had begun it.
    let isTakenOver: Bool
    private let path: FilePath
    private var log: DurableLog

    private init(
        text: JournalText,
        isTakenOver: Bool,
        path: FilePath,
        log: consuming DurableLog
    ) {
        self.text = text
        self.isTakenOver = isTakenOver
        self.path = path
        self.log = log
    }

    /// Goes on with the journal that a hub before left, or begins one.
    ///
    /// The interface is known by its number: one that was renamed meanwhile goes on under its new name, and the
    /// journal of one that is gone says nothing about the one that has its name now.
    static func open(
        directory: String,
        port: String,
        index: Int32,
        address: MACAddress
    ) throws(PlaneError) -> StateJournal {
        let folder = FilePath(directory)
        let new: JournalText
        do throws(Errno) {
            let namespace = try NetworkNamespace.identity()
            new = JournalText(port: port, index: index, namespace: namespace, address: address)
            try FileMappingSource.makeDirectory(folder)
        } catch {
            throw PlaneError(.journal(path: directory), port: port, errno: error)
        }
        let inherited = try removeOutlived(in: directory, by: new)
        var journal = try open(new, in: folder)
        for program in inherited { try journal.note(.program(program)) }
        try journal.forgetOldPrograms()
        return journal
    }

    /// Drops what is said of programs that the interface no longer runs, or journals would grow for ever.
    private mutating func forgetOldPrograms() throws(PlaneError) {
        var attached: Set<UInt32> = []
        do throws(Errno) {
            for hook in BPFProgram.Hook.allCases {
                attached.formUnion(try BPFProgram.attached(to: text.index, at: hook).identifiers)
            }
        } catch {
            throw PlaneError(.system(step: "ask for its programs"), port: text.port, errno: error)
        }
        let new = text.without(programsBut: attached)
        if new != text { try replace(with: new) }
    }

    private static func open(
        _ new: JournalText,
        in folder: FilePath
    ) throws(PlaneError) -> StateJournal {
        let path = folder.appending(name(namespace: new.namespace, index: new.index))
        let found = try read(path)
        do throws(Errno) {
            if let found, found.text.port == new.port {
                let log = try DurableLog(continuing: path, byteCount: found.byteCount)
                return StateJournal(text: found.text, isTakenOver: true, path: path, log: log)
            }
            let old = found.flatMap {
                [nil, new.address].contains($0.text.address) ? $0.text : nil
            }
            let text = old?.renamed(to: new.port) ?? new
            let log = try write(text, to: path)
            return StateJournal(text: text, isTakenOver: old != nil, path: path, log: log)
        } catch {
            throw PlaneError(.journal(path: path.string), port: new.port, errno: error)
        }
    }

    /// The interface has another name from now on.
    mutating func rename(to name: String) throws(PlaneError) {
        try replace(with: text.renamed(to: name))
    }

    private mutating func replace(with new: JournalText) throws(PlaneError) {
        do throws(Errno) {
            log = try Self.write(new, to: path)
        } catch {
            throw PlaneError(.journal(path: path.string), port: new.port, errno: error)
        }
        text = new
    }

    private static func write(_ text: JournalText, to path: FilePath) throws(Errno) -> DurableLog {
        let lines = text.header + text.changes.map(\.line)
        return try DurableLog(creating: path, lines: lines, overwriting: true)
    }

    /// Removes journals of interfaces that had the name before and are gone.
    ///
    /// - Returns: The programs that they name. An interface that was in another namespace meanwhile may have a new
    ///   number and still runs them.
    private static func removeOutlived(
        in directory: String,
        by new: JournalText
    ) throws(PlaneError) -> [UInt32] {
        var programs: [UInt32] = []
        for path in try paths(in: directory) {
            // One that is damaged is for whoever restores to look at.
            guard let old = (try? read(path))?.text, old.port == new.port, old.index != new.index
            else { continue }
            do throws(Errno) {
                guard try InterfaceControl().name(of: old.index) == nil else { continue }
            } catch {
                throw PlaneError(.system(step: "ask for its name"), port: new.port, errno: error)
            }
            programs += old.programs
            try remove(path, port: new.port)
        }
        return programs
    }

    /// Notes how something was, unless it is noted already, and returns when that is on disk.
    mutating func note(_ change: PortChange) throws(PlaneError) {
        guard !text.contains(change) else { return }
        try append(change)
    }

    /// Notes something, whether it stands there already or not, and returns when that is on disk.
    mutating func append(_ change: PortChange) throws(PlaneError) {
        do throws(Errno) {
            try log.append([change.line])
        } catch {
            throw PlaneError(.journal(path: path.string), port: text.port, errno: error)
        }
        text.changes.append(change)
    }

    /// Forgets something that is undone.
    mutating func forget(_ change: PortChange) throws(PlaneError) {
        var new = text
        new.changes.removeAll { $0.subject == change.subject }
        if new != text { try replace(with: new) }
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
            let prefix = "\(try NetworkNamespace.identity())-"
            return try SmallFile.names(in: folder)
                .filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
                .map { folder.appending($0) }
        } catch {
            throw PlaneError(.journal(path: directory), errno: error)
        }
    }

    static func name(namespace: UInt64, index: Int32) -> String {
        "\(namespace)-\(index)\(suffix)"
    }

    private static let suffix = ".journal"
}
