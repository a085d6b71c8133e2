import Foundation
import TapStore

/// Tells the newest entries of a history that fit, the oldest of them first, and those that come where that is asked for.
struct HistoryWalk<Entry: HistoryEntry> {
    /// How many entries are read at a time.
    private static var pageSize: Int { 2_000 }
    /// How often it is looked for new ones.
    private static var interval: Duration { .milliseconds(250) }

    private let options: HistoryOptions
    private let types: [String]
    private let fetch: (HistoryQuery) throws -> [Entry]

    /// Prepares to walk through what `fetch` gives, of these types.
    init(
        _ options: HistoryOptions,
        types: [String] = [],
        fetch: @escaping (HistoryQuery) throws -> [Entry]
    ) {
        self.options = options
        self.types = types
        self.fetch = fetch
    }

    /// Writes the lines of what fits; `line` gives nil for what does not.
    func run(_ line: (Entry) throws -> [String]?) async throws {
        var output = OutputLines()
        var newest: Int64 = 0
        for lines in try gather(&newest, line).reversed() {
            for line in lines { try output.write(line) }
        }
        try output.flush()
        guard options.follow else { return }
        let stop = StopFlag()
        stop.raiseOnSignals()
        while !stop.isRaised {
            let query = HistoryQuery(after: newest, types: types, limit: Self.pageSize)
            let page = try Failure.rethrow(as: 1) { try fetch(query) }
            for entry in page {
                for line in try line(entry) ?? [] { try output.write(line) }
            }
            try output.flush()
            newest = page.last?.number ?? newest
            if page.count < Self.pageSize { try await Task.sleep(for: Self.interval) }
        }
    }

    /// The lines of the newest entries that fit, newest first; `newest` becomes the number of the last entry there is.
    private func gather(
        _ newest: inout Int64,
        _ line: (Entry) throws -> [String]?
    ) throws -> [[String]] {
        var progress = Progress("looking")
        defer { progress.clear() }
        var found: [[String]] = []
        var seen = 0
        var query = HistoryQuery(since: options.since, types: types, limit: Self.pageSize)
        while true {
            let page = try Failure.rethrow(as: 1) { try fetch(query) }
            if newest == 0 { newest = page.last?.number ?? 0 }
            for entry in page.reversed() {
                guard let lines = try line(entry) else { continue }
                found.append(lines)
                if found.count >= options.count { return found }
            }
            seen += page.count
            progress.update("\(seen) events, \(found.count) fit", fraction: nil)
            guard page.count == Self.pageSize else { return found }
            query.before = page.first?.number
        }
    }
}
