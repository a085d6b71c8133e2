import Foundation
import TapFlow
import TapMail
import TapObserve
import TapSinks
import TapStore
import TapWire
import Testing

@Suite("Sink group", .timeLimit(.minutes(20)))
struct SinkGroupTests {
    private let folder: TemporaryFolder
    private let store: Store
    private let encoder = EVEEncoder(portNames: ["eth0", "eth1"])

    init() throws {
        folder = try TemporaryFolder()
        store = try Store.inMemory()
    }

    private func configuration(_ syslog: SyslogDestination...) -> SinksConfiguration {
        SinksConfiguration(
            eve: .file(path: folder.file("eve.json")),
            syslog: syslog,
            hostName: "tap",
            processID: 42
        )
    }

    @Test("Events go to EVE and the history, alerts to every sink, counters to EVE only")
    func record() throws {
        let udp = SyslogDestination.udp(host: "192.0.2.1", port: 514)
        let log = SyslogDestination.unix(path: "/dev/log")
        let group = try SinkGroup(configuration(udp, log), store: store, now: noon)
        #expect(store.path == ":memory:" && group.names.count == 3)
        var batch = Batch()
        let event = Finding.event(EventRecord(context: .sample(), event: SampleEvent()))
        group.record(event, with: encoder, into: &batch)
        group.record(.alert(.sample()), with: encoder, into: &batch)
        group.record(StatsReport(time: noon()), with: encoder, into: &batch)
        let eve = "eve:" + folder.file("eve.json")
        #expect(batch.outgoing.map(\.sink) == [eve, eve, "syslog:\(udp)", "syslog:\(log)", eve])
        #expect(batch.outgoing.map(\.rank) == [.event, .alert, .alert, .alert, .statistics])
        #expect(batch.outgoing[2].payload.starts(with: Data("<162>1 2026".utf8)))
        #expect(batch.outgoing[3].payload.starts(with: Data("<162>Nov".utf8)))
        #expect(batch.events.map(\.type) == ["smtp"])
        #expect(batch.alerts.map(\.client) == ["203.0.113.9:40000"])
        #expect(batch.alerts.map(\.server) == ["192.0.2.25:25"])
        #expect(batch.alerts[0].json == String(decoding: batch.outgoing[1].payload, as: UTF8.self))
        #expect(group.unencodableCount == 0)
    }

    @Test("The dialogue is told to those who watch, and recorded nowhere")
    func dialogue() throws {
        let group = try SinkGroup(configuration(), store: store, now: noon)
        var batch = Batch()
        let exchange = SMTPExchange(client: .a, verb: "HELO", argument: "x", code: 250, text: "ok")
        let record = EventRecord(context: .sample(), event: SMTPEvent.exchange(exchange))
        group.record(.event(record), with: encoder, into: &batch)
        #expect(batch.isEmpty)
    }

    @Test("From a commit to the file and the collector, and to an orderly end")
    func endToEnd() async throws {
        let collector = Collector()
        let destination = try await collector.start(.tcp(host: "127.0.0.1", port: 0))
        let group = try SinkGroup(configuration(destination), store: store, now: noon)
        let task = Task { await group.run() }
        for number in 0..<10 {
            var batch = Batch()
            group.record(.alert(.sample(id: "alert-\(number)")), with: encoder, into: &batch)
            try store.commit(batch)
        }
        group.finish()
        await task.value
        try await until { collector.messages.count == 10 }
        let ids = (0..<10).map { "alert-\($0)" }
        let readings = collector.messages.map { SyslogReader.read(Array($0.utf8)) }
        #expect(readings.map { $0?["id"] } == ids)
        #expect(try folder.lines("eve.json").count == 10)
        #expect(try store.outboxes().allSatisfy { $0.pending == 0 && $0.isBalanced })
        #expect(group.troubles.isEmpty)
        await collector.stop()
    }

    @Test("What waits for a destination that was taken out is given up, the rest stays")
    func reconfigured() throws {
        let first = SyslogDestination.udp(host: "192.0.2.1", port: 514)
        let second = SyslogDestination.udp(host: "192.0.2.2", port: 514)
        var batch = Batch()
        try SinkGroup(configuration(first, second), store: store, now: noon)
            .record(.alert(.sample()), with: encoder, into: &batch)
        try store.commit(batch)
        _ = try SinkGroup(configuration(second), store: store, now: noon)
        #expect(try store.ledger("syslog:\(first)") == nil)
        #expect(try store.ledger("syslog:\(second)")?.pending == 1)
    }
}
