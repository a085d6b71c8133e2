import Foundation
public import Logging
import Synchronization
import TapFlow
public import TapObserve
import TapRelay
public import TapStore
public import TapWire

/// All sinks of a configuration: puts findings into their outboxes and drains those, each in a task of its own.
public final class SinkGroup: Sendable {
    /// Where findings go.
    public let configuration: SinksConfiguration
    private let runners: [SinkRunner]
    private let logger: Logger?
    private let unencodable = Mutex<UInt64>(0)
    private let mutes = Mutex(MuteList())

    /// Opens an outbox in `store` for each sink; nothing is delivered before `run()`.
    ///
    /// Outboxes of sinks that are no longer configured are given up, with a word to the logger.
    public init(
        _ configuration: SinksConfiguration,
        store: Store,
        logger: Logger? = nil,
        now: @escaping @Sendable () -> Timestamp
    ) throws(StoreError) {
        var sinks: [any Sink] = []
        if let eve = configuration.eve { sinks.append(EVEFileSink(eve)) }
        for destination in configuration.syslog { sinks.append(SyslogSink(destination)) }
        for ledger in try store.openOutboxes(for: sinks.map(\.name)) where ledger.pending > 0 {
            logger?.warning(
                "\(ledger.sink) is no longer configured: \(ledger.pending) entries given up"
            )
        }
        self.configuration = configuration
        self.logger = logger
        runners = sinks.map { SinkRunner(sink: $0, store: store, logger: logger, now: now) }
    }

    /// The names of the sinks.
    public var names: [String] { runners.map(\.sink.name) }

    /// Findings that could not be written as JSON and were left out.
    public var unencodableCount: UInt64 { unencodable.withLock { $0 } }

    /// Why each sink that cannot deliver at the moment cannot.
    public var troubles: [String] { runners.compactMap(\.trouble) }

    /// Puts `finding` into `batch`: for each sink that takes it, and for the history.
    public func record(_ finding: Finding, with encoder: EVEEncoder, into batch: inout Batch) {
        guard !finding.isForWatchersOnly else { return }
        do {
            let finding = marked(finding)
            let json = try encoder.line(for: finding)
            switch finding {
            case .event(let record): add(record, json: json, to: &batch)
            case .alert(let alert): add(alert, json: json, to: &batch)
            }
        } catch {
            unencodable.withLock { $0 += 1 }
            logger?.error("a finding cannot be written as JSON: \(error)")
        }
    }

    /// From now on sends nothing of what `list` covers to syslog.
    public func mute(_ list: MuteList) { mutes.withLock { $0 = list } }

    /// The finding, which says so if it is muted.
    private func marked(_ finding: Finding) -> Finding {
        let list = mutes.withLock { $0 }
        switch finding {
        case .alert(var alert):
            alert.isMuted = list.covers(alert)
            return .alert(alert)
        case .event(var record):
            guard var event = record.event as? IncidentEvent else { return finding }
            event.isMuted = list.covers(
                incident: event.incident.id,
                at: record.context.moment.time
            )
            record.event = event
            return .event(record)
        }
    }

    /// Puts the counters into `batch`, for the EVE sink.
    public func record(_ report: StatsReport, with encoder: EVEEncoder, into batch: inout Batch) {
        do {
            let json = try encoder.line(for: report)
            addLine(json, rank: .statistics, made: report.time, to: &batch)
        } catch {
            unencodable.withLock { $0 += 1 }
            logger?.error("the counters cannot be written as JSON: \(error)")
        }
    }

    /// Puts a change of what the mirror leaves out into `batch`, for the EVE sink.
    public func record(
        _ change: SheddingWatch.Change,
        at time: Timestamp,
        with encoder: EVEEncoder,
        into batch: inout Batch
    ) {
        do {
            let json = try encoder.line(for: change, at: time)
            addLine(json, rank: .event, made: time, to: &batch)
        } catch {
            unencodable.withLock { $0 += 1 }
            logger?.error("a change of the mirror cannot be written as JSON: \(error)")
        }
    }

    /// Puts what became of a file of evidence into `batch`, for the EVE sink.
    public func record(
        _ outcome: EvidenceOutcome,
        with encoder: EVEEncoder,
        into batch: inout Batch
    ) {
        do {
            let json = try encoder.line(for: outcome)
            addLine(json, rank: .event, made: outcome.time, to: &batch)
        } catch {
            unencodable.withLock { $0 += 1 }
            logger?.error("what became of evidence cannot be written as JSON: \(error)")
        }
    }

    /// Drains all outboxes until the task is cancelled or `finish` is called.
    public func run() async {
        await withTaskGroup { group in
            for runner in runners { group.addTask { await runner.run() } }
        }
    }

    /// Lets `run()` return as soon as every outbox is empty or cannot be drained.
    ///
    /// Cancel the task of `run()` when that takes too long: what is left waits in the store.
    public func finish() {
        for runner in runners { runner.finish() }
    }
}

// MARK: - Entries

extension SinkGroup {
    private func add(_ record: EventRecord, json: String, to batch: inout Batch) {
        let time = record.context.moment.time
        addLine(json, rank: .event, made: time, to: &batch)
        batch.events.append(EventEntry(time: time, type: record.event.eventType, json: json))
        guard let event = record.event as? IncidentEvent, !event.isMuted else { return }
        let message = SyslogMessage(
            event,
            in: record.context,
            facility: configuration.facility,
            hostName: configuration.hostName,
            processID: configuration.processID
        )
        if let message { add(message, made: time, to: &batch) }
    }

    private func add(_ alert: Alert, json: String, to batch: inout Batch) {
        let time = alert.context.moment.time
        addLine(json, rank: .alert, made: time, to: &batch)
        if !alert.isMuted {
            let message = SyslogMessage(
                alert,
                facility: configuration.facility,
                hostName: configuration.hostName,
                processID: configuration.processID
            )
            add(message, made: time, to: &batch)
        }
        batch.alerts.append(AlertEntry(alert, json: json))
    }

    private func add(_ message: SyslogMessage, made time: Timestamp, to batch: inout Batch) {
        for destination in configuration.syslog {
            let entry = OutboxEntry(
                sink: "syslog:\(destination)",
                rank: .alert,
                made: time,
                payload: Data(message.octets(for: destination, in: configuration.timeZone))
            )
            batch.outgoing.append(entry)
        }
    }

    private func addLine(_ json: String, rank: OutboxRank, made: Timestamp, to batch: inout Batch) {
        guard let eve = configuration.eve else { return }
        let payload = Data(json.utf8)
        batch.outgoing.append(
            OutboxEntry(sink: "eve:\(eve)", rank: rank, made: made, payload: payload)
        )
    }
}

extension Finding {
    /// True for the dialogue, which is told live and never recorded.
    fileprivate var isForWatchersOnly: Bool {
        guard case .event(let record) = self else { return false }
        return record.event.isForWatchersOnly
    }
}

extension SyslogMessage {
    /// The form that `destination` takes.
    func octets(for destination: SyslogDestination, in zone: TimeZone) -> [UInt8] {
        switch destination {
        case .unix: traditional(in: zone)
        case .udp, .tcp: structured
        }
    }
}

extension AlertEntry {
    /// The alert as the history keeps it.
    public init(_ alert: Alert, json: String) {
        let flow = alert.context.flow
        let client = alert.cause.client
        // Of the tap as a whole there is neither.
        func words(_ side: Side) -> String {
            alert.context.isOfTap ? "" : flow.endpoint(side).description
        }
        self.init(
            id: alert.id,
            time: alert.context.moment.time,
            rule: alert.rule.id,
            severity: alert.severity.rawValue,
            signature: alert.signature,
            server: words(client.opposite),
            client: words(client),
            firstSequence: alert.context.firstSequence,
            lastSequence: alert.context.moment.sequence,
            json: json
        )
    }
}
