import Foundation

/// A file of lines that only ever grows by whole lines.
///
/// Theory of operation. Lines come from an outbox that deletes them after they are written. When the process dies in
/// between, the same lines come again, as the first ones after the start: those that already stand at the file's end are
/// not written twice, and one that was torn is cut off first. A write that fails part-way is taken back to the last whole
/// line. Whoever rotates the file moves it away or truncates it; both are seen before the next write.
struct EVEFile: Sendable {
    let path: String
    private var handle: FileHandle?
    private var identity: Identity?
    /// True until the end of the file is known to be what was written last.
    private var isInDoubt = true

    /// Which file stands behind the path.
    private struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64
        var isRegular: Bool
    }

    init(path: String) { self.path = path }

    /// Appends `lines`, each with a line end; what stands there already after a restart is left out.
    mutating func append(_ lines: [Data]) throws(EVEFileError) {
        try EVEFileError.mapping { try openIfMoved() }
        guard let handle else { throw EVEFileError(detail: "not open") }
        guard identity?.isRegular == true else {
            return try EVEFileError.mapping { try handle.write(contentsOf: lines.joinedLines) }
        }
        var present = 0
        if isInDoubt {
            present = try EVEFileError.mapping { try Self.repairEnd(of: handle, before: lines) }
            isInDoubt = false
        }
        let rest = lines.dropFirst(present)
        guard !rest.isEmpty else { return }
        do {
            try write(rest, to: handle)
        } catch {
            var error = error
            error.writtenLines += present
            throw error
        }
    }

    /// Appends `lines` or as many of them as fit.
    private mutating func write(_ lines: ArraySlice<Data>, to handle: FileHandle)
        throws(EVEFileError)
    {
        let start = try EVEFileError.mapping { try handle.seekToEnd() }
        do {
            try handle.write(contentsOf: lines.joinedLines)
        } catch {
            var failure = EVEFileError(error)
            isInDoubt = true
            guard let end = try? handle.seekToEnd(), end >= start else { throw failure }
            var whole = start
            for line in lines {
                let next = whole + UInt64(line.count) + 1
                guard next <= end else { break }
                whole = next
                failure.writtenLines += 1
            }
            if (try? handle.truncate(atOffset: whole)) != nil { isInDoubt = false }
            throw failure
        }
    }
}

// MARK: - Opening

extension EVEFile {
    /// Opens the file, makes it first if there is none, unless the one that is open still stands at the path.
    private mutating func openIfMoved() throws {
        let present = try? Self.identity(of: path)
        guard handle == nil || present == nil || present != identity else { return }
        try? handle?.close()
        handle = nil
        if present == nil { try Self.makeFile(at: path) }
        let found = try Self.identity(of: path)
        let url = URL(fileURLWithPath: path)
        handle =
            found.isRegular ? try FileHandle(forUpdating: url) : try FileHandle(forWritingTo: url)
        identity = found
        isInDoubt = true
    }

    private static func makeFile(at path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o750]
        )
        try Data().write(to: url, options: .withoutOverwriting)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    }

    /// Looks through symbolic links, since the file that is opened is the one behind them.
    private static func identity(of path: String) throws -> Identity {
        var path = path
        var attributes = try FileManager.default.attributesOfItem(atPath: path)
        for _ in 0..<8 where attributes[.type] as? FileAttributeType == .typeSymbolicLink {
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: path)
            let base = URL(fileURLWithPath: path).deletingLastPathComponent()
            path = target.hasPrefix("/") ? target : base.appendingPathComponent(target).path
            attributes = try FileManager.default.attributesOfItem(atPath: path)
        }
        return Identity(
            device: (attributes[.systemNumber] as? NSNumber)?.uint64Value ?? 0,
            inode: (attributes[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0,
            isRegular: attributes[.type] as? FileAttributeType == .typeRegular
        )
    }
}

// MARK: - The end of the file

extension EVEFile {
    /// Makes the file end with a whole line, and returns how many of `lines` stand at its end already.
    private static func repairEnd(of handle: FileHandle, before lines: [Data]) throws -> Int {
        let size = try handle.seekToEnd()
        let reach = UInt64(lines.reduce(1) { $0 + $1.count + 1 } + (lines.map(\.count).max() ?? 0))
        let start = size - min(size, reach)
        try handle.seek(toOffset: start)
        var tail = try handle.readToEnd() ?? Data()
        let newline = UInt8(ascii: "\n")
        if let last = tail.last, last != newline {
            let lineStart = tail.lastIndex(of: newline).map { $0 + 1 } ?? tail.startIndex
            let torn = Data(tail[lineStart...])
            if lines.contains(where: { $0.starts(with: torn) }) {
                try handle.truncate(atOffset: size - UInt64(torn.count))
                tail = Data(tail[..<lineStart])
            } else {
                // Not ours: it stays, and ours begins a line of its own.
                try handle.seekToEnd()
                try handle.write(contentsOf: Data([newline]))
                tail.append(newline)
            }
        }
        return linesPresent(in: tail, isWhole: start == 0, lines)
    }

    /// The highest number of `lines`, from the first on, that are the last lines of `tail`.
    private static func linesPresent(in tail: Data, isWhole: Bool, _ lines: [Data]) -> Int {
        let last = tail.dropLast().split(separator: UInt8(ascii: "\n")).last.map { Data($0) }
        for count in stride(from: lines.count, to: 0, by: -1) where lines[count - 1] == last {
            let text = lines.prefix(count).joinedLines
            guard tail.count >= text.count, Data(tail.suffix(text.count)) == text else { continue }
            let before = tail.dropLast(text.count)
            guard before.last == UInt8(ascii: "\n") || before.isEmpty && isWhole else { continue }
            return count
        }
        return 0
    }
}

extension EVEFileError {
    /// Runs `body` and gives every error a word from the kernel.
    fileprivate static func mapping<T>(_ body: () throws -> T) throws(EVEFileError) -> T {
        do {
            return try body()
        } catch {
            throw error as? EVEFileError ?? EVEFileError(error)
        }
    }
}
