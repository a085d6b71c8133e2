import Foundation
import TapConfig
import TapFlow
import TapLinux
import TapObserve
import TapRelay
import TapSinks
import TapStore
import TapWire

/// Holds recorded events against the rules again, and compares what they say with what was recorded.
struct Rejudgement {
    /// How many bad lines are named one by one.
    private static let mistakeLimit = 10
    /// How many events of the store are read at a time.
    private static let pageSize = 2_000

    private let printsEvents: Bool
    private let language: RelayLanguage
    private var judge: RelayJudge
    private var decoder: EVEDecoder
    private var output = OutputLines()
    private var events = 0
    private var mistakes = 0
    /// The latest time that was read.
    private var now = Timestamp.distantPast
    /// Alerts by rule and incidents by class, as they were recorded and as they are now.
    private var counts: [String: (recorded: Int, now: Int)] = [:]
    /// Lines that wait to be printed.
    private var pending: [String] = []

    /// Prepares to judge by the rules of `settings`.
    init(settings: HubtapConfiguration, printsEvents: Bool) {
        self.printsEvents = printsEvents
        language = settings.rules.language
        // Known names come first, so that `mail.inside` means the same ports in every file.
        let ports = settings.ports + settings.mail.inside.filter { !settings.ports.contains($0) }
        decoder = EVEDecoder(portNames: ports)
        judge = RelayJudge(configuration: Catalog.relay(settings, ports))
    }

    /// Reads a file of EVE lines.
    mutating func read(_ file: String) throws {
        var lines = try TextLines(of: file)
        var number = 0
        while let line = try lines.next() {
            number += 1
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            try take(line) { "\(file): line \(number)" }
        }
    }

    /// Reads the history of the store.
    mutating func read(_ store: Store, last: TimeSpan) throws {
        let since = Timestamp.now.advanced(by: .zero - last.duration)
        var after: Int64 = 0
        while true {
            let page = try store.events(
                HistoryQuery(since: since, after: after, limit: Self.pageSize)
            )
            if after == 0, let begin = page.first?.time {
                try count(store, since: since, from: begin)
            }
            for entry in page {
                try take(Data(entry.json.utf8)) { "\(store.path): event \(entry.number)" }
            }
            guard page.count == Self.pageSize, let newest = page.last?.number else { return }
            after = newest
        }
    }

    /// Counts the alerts of the store, those only that came when its events begin: of many events the oldest are forgotten
    /// long before any alert.
    private mutating func count(_ store: Store, since: Timestamp, from begin: Timestamp) throws {
        var earlier = 0
        for alert in try store.alerts(HistoryQuery(since: since, limit: .max)) {
            guard alert.time >= begin else {
                earlier += 1
                continue
            }
            counts[alert.rule, default: (0, 0)].recorded += 1
        }
        guard earlier > 0 else { return }
        let alerts = earlier == 1 ? "1 alert" : "\(earlier) alerts"
        Terminal.say(
            "hubtap: the events of \(store.path) begin at \(begin.rfc3339); \(alerts) from before that cannot be compared"
        )
    }

    private mutating func take(_ line: Data, _ place: () -> String) throws {
        do throws(EVELineError) {
            switch try decoder.read(line) {
            case .mail(let entry):
                if !entry.context.isOfTap { events += 1 }
                now = max(now, entry.context.moment.time)
                tell { judge, raise in
                    judge.evaluate(entry.event, in: entry.context, raise: raise)
                }
            case .time(let time): advance(to: time)
            case .alert(let rule): counts[rule, default: (0, 0)].recorded += 1
            case .incident(let kind): counts["incident \(kind)", default: (0, 0)].recorded += 1
            case .other: break
            }
        } catch {
            mistakes += 1
            if mistakes <= Self.mistakeLimit { Terminal.say("hubtap: \(place()): \(error)") }
        }
        if pending.count > 1_024 { try flush() }
    }

    /// Moves time on where no event does: incidents go quiet.
    private mutating func advance(to time: Timestamp) {
        guard time > now else { return }
        now = time
        tell { judge, raise in judge.advance(to: time, raise: raise) }
    }

    private mutating func tell(_ step: (inout RelayJudge, (Alert) -> Void) -> Void) {
        var alerts: [Alert] = []
        step(&judge) { alerts.append($0) }
        for alert in alerts {
            counts[alert.rule.id, default: (0, 0)].now += 1
            tell(.alert(alert), words: { AlertText(alert).lines(hasColour: Terminal.hasColour) })
        }
        for record in judge.takeConclusions() {
            guard let event = record.event as? IncidentEvent else { continue }
            if event.report.state == .opened {
                counts["incident \(event.report.kind.rawValue)", default: (0, 0)].now += 1
            }
            tell(.event(record), words: { [] })
        }
    }

    private mutating func tell(_ finding: Finding, words: () -> [String]) {
        guard printsEvents else {
            pending += words()
            return
        }
        if let line = try? EVEEncoder(portNames: decoder.portNames).line(for: finding) {
            pending.append(line)
        }
    }

    private mutating func flush() throws {
        for line in pending { try output.write(line) }
        pending.removeAll(keepingCapacity: true)
    }

    /// Prints the incidents as they stand at the end, and the comparison.
    mutating func finish() throws {
        if !printsEvents {
            for report in judge.memory.incidentReports(in: language) {
                pending += IncidentText(report).lines(hasColour: Terminal.hasColour)
            }
            pending += comparison
        }
        try flush()
        try output.flush()
        if printsEvents { for line in comparison { Terminal.say("hubtap: \(line)") } }
        if mistakes > 0 {
            let lines = mistakes == 1 ? "1 line" : "\(mistakes) lines"
            Terminal.say("hubtap: \(lines) could not be read, and nothing of it was used")
        }
        if events == 0, mistakes > 0 {
            throw Failure.failed("none of the lines is an event of mail")
        }
    }

    private var comparison: [String] {
        ["\(events) events of mail judged"]
            + counts.sorted { $0.key < $1.key }.map { name, count in
                let change = count.now - count.recorded
                let words =
                    change == 0 ? "as recorded" : change > 0 ? "\(change) more" : "\(-change) fewer"
                return "\(name): \(count.now), recorded \(count.recorded): \(words)"
            }
    }
}

/// The lines of a file, one at a time, whatever its size.
struct TextLines {
    private static let pieceSize = 1 << 18
    /// A longer line is cut there: nothing that hubtap writes is so long.
    private static let lineLimit = 1 << 22

    private let handle: FileHandle
    private var gathered = Data()
    /// Where the next line begins in what was gathered.
    private var start = 0
    private var isAtEnd = false

    /// Opens `file`; `-` is standard input.
    init(of file: String) throws(Failure) {
        guard file != "-" else {
            handle = .standardInput
            return
        }
        do {
            handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        } catch {
            throw .usage("\(file) cannot be opened: \(error.localizedDescription)")
        }
    }

    /// The next line without its end; nil behind the last.
    mutating func next() throws -> Data? {
        while true {
            if let end = gathered[start...].firstIndex(of: 0x0A) {
                defer { start = end + 1 }
                return Data(gathered[start..<end])
            }
            let rest = Data(gathered[start...])
            (gathered, start) = (rest, 0)
            if isAtEnd || rest.count >= Self.lineLimit {
                gathered = Data()
                return rest.isEmpty ? nil : rest
            }
            let piece = try handle.read(upToCount: Self.pieceSize) ?? Data()
            if piece.isEmpty { isAtEnd = true } else { gathered.append(piece) }
        }
    }
}
