public import Foundation

/// The folder that files of evidence stand in, each with its record and, if there is a key, its signature.
///
/// Theory of operation. Frames are gathered in hidden files (`EvidencePart`), one for each process that worked on it.
/// When all are there they are copied into the file proper, which says at its head and beside its frames what is known by
/// then. File, signature and record each appear whole or not at all, the file last. What a killed process leaves are
/// hidden files; the next one goes on behind their last frame.
public struct EvidenceFolder: Sendable {
    /// The path of the folder.
    public let path: String

    /// Looks at the folder at `path`, which need not be there.
    public init(path: String) { self.path = path }

    /// The path of `name` in the folder.
    public func file(_ name: String) -> String { path + "/" + name }

    /// Makes the folder if it is not there.
    ///
    /// - Throws: Why nothing can be written in it.
    public func prepare() throws(EvidenceError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o750]
            )
        } catch {
            throw EvidenceError(
                .notWritable,
                "\(path): cannot be made: \(error.localizedDescription)"
            )
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw EvidenceError(
                .notWritable,
                "\(path): may not be written; give the user that hubtap runs as the right to, or name another folder as "
                    + "alerts.evidence.directory"
            )
        }
    }

    /// A file of evidence that is whole.
    public struct Item: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Octets of it, its record and its signature.
        public var octets: Int
        /// True if there is a signature beside it.
        public var isSigned: Bool
    }

    /// The files that are whole, oldest first: their names begin with the time of their alert.
    public func items() -> [Item] {
        let names = names()
        return names.filter(EvidenceName.isFile).sorted().map { name in
            let beside = [EvidenceName.record, EvidenceName.signature].map { name + $0 }
            return Item(
                name: name,
                octets: ([name] + beside).reduce(0) { $0 + size(of: $1) },
                isSigned: names.contains(name + EvidenceName.signature)
            )
        }
    }

    /// Deletes whole files, the oldest first, until `keep` octets hold the rest and `octets` more.
    ///
    /// Nothing that hubtap has not written is deleted, and no file that is being gathered, nor `name`. The hidden files of
    /// that do not count: they are deleted once it is whole.
    ///
    /// - Returns: The names of those that were deleted.
    func makeRoom(for octets: Int, beside name: String, keep: Int) -> [String] {
        let items = items()
        var total = octets + items.reduce(0) { $0 + $1.octets } + partOctets(except: name)
        var deleted: [String] = []
        for item in items where total > keep && item.name != name {
            for ending in ["", EvidenceName.record, EvidenceName.signature] {
                try? FileManager.default.removeItem(atPath: file(item.name + ending))
            }
            guard !FileManager.default.fileExists(atPath: file(item.name)) else { continue }
            total -= item.octets
            deleted.append(item.name)
        }
        return deleted
    }

    /// The hidden files of `name`, in the order in which they were begun.
    func parts(of name: String) -> [(name: String, turn: Int)] {
        names().compactMap { part in
            guard let (file, turn) = EvidenceName.partParts(part), file == name else { return nil }
            return (part, turn)
        }.sorted { $0.turn < $1.turn }
    }

    /// Deletes the hidden files of `name`.
    func removeParts(of name: String) {
        for part in parts(of: name) {
            try? FileManager.default.removeItem(atPath: file(part.name))
        }
    }

    /// Deletes hidden files that nobody will go on with: those of other files than `pending` that nobody has written to
    /// since `time`.
    ///
    /// - Returns: How many.
    public func sweep(keeping pending: Set<String>, untouchedSince time: Date) -> Int {
        var count = 0
        for name in names() where name.hasPrefix(".") {
            let isPart = EvidenceName.partParts(name).map { !pending.contains($0.file) } ?? false
            guard isPart || name.hasSuffix(".new") else { continue }
            let attributes = try? FileManager.default.attributesOfItem(atPath: file(name))
            guard let touched = attributes?[.modificationDate] as? Date, touched < time else {
                continue
            }
            if (try? FileManager.default.removeItem(atPath: file(name))) != nil { count += 1 }
        }
        return count
    }

    /// The record of the file called `name`, if both are there.
    func record(of name: String) -> EvidenceRecord? {
        guard FileManager.default.fileExists(atPath: file(name)),
            let octets = Self.small(file(name + EvidenceName.record))
        else { return nil }
        return EvidenceRecord(String(decoding: octets, as: UTF8.self))
    }

    /// Deletes the record of the file called `name`, and its signature.
    func removeRecord(of name: String) {
        for ending in [EvidenceName.record, EvidenceName.signature] {
            try? FileManager.default.removeItem(atPath: file(name + ending))
        }
    }

    private func partOctets(except excluded: String) -> Int {
        names().reduce(0) { sum, name in
            guard let file = EvidenceName.partParts(name)?.file, file != excluded else {
                return sum
            }
            return sum + size(of: name)
        }
    }

    private func names() -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }

    /// Octets of a file; 0 if it is not there.
    func size(of name: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file(name))
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }
}
