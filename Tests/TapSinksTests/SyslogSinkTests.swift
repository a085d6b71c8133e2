import Foundation
import NIOCore
import NIOPosix
import TapSinks
import TapStore
import Testing

@Suite("Syslog sinks", .timeLimit(.minutes(20)))
struct SyslogSinkTests {
    private let folder: TemporaryFolder
    private let store: Store
    private let collector = Collector()
    /// An address of the loopback network for this test alone: a port stays its own while nobody listens there.
    private let host =
        "127.\(UInt8.random(in: 1...254)).\(UInt8.random(in: 0...255)).\(UInt8.random(in: 1...254))"

    init() throws {
        folder = try TemporaryFolder()
        store = try Store.inMemory()
    }

    private var limits: SyslogTimeLimits {
        var limits = SyslogTimeLimits()
        limits.write = .milliseconds(100)
        limits.confirm = .milliseconds(100)
        limits.settle = .milliseconds(50)
        return limits
    }

    /// Where a collector is that does not run yet.
    private func destinations() async throws -> [SyslogDestination] {
        var found: [SyslogDestination] = [.unix(path: folder.file("log"))]
        for destination in [
            SyslogDestination.udp(host: host, port: 0), .tcp(host: host, port: 0),
        ] {
            let probe = Collector()
            found.append(try await probe.start(destination))
            await probe.stop()
        }
        return found
    }

    private func runner(_ destination: SyslogDestination) -> SinkRunner {
        SinkRunner(
            sink: SyslogSink(
                destination,
                group: .singletonMultiThreadedEventLoopGroup,
                limits: limits
            ),
            store: store,
            backOff: BackOff(first: .milliseconds(5), longest: .milliseconds(50)),
            now: noon
        )
    }

    private func messages(_ count: Int, from start: Int = 0, padding: Int = 0) -> [String] {
        (start..<start + count).map { "<162>1 \($0) é \(String(repeating: "x", count: padding))" }
    }

    @Test(
        "A collector that is down and comes up gets everything, once and in order",
        arguments: 0..<3
    )
    func downThenUp(index: Int) async throws {
        let destination = try await destinations()[index]
        let runner = runner(destination)
        try store.put(messages(100), for: runner.sink.name)
        let task = Task { await runner.run() }
        try await until { runner.trouble != nil }
        #expect(try store.ledger(runner.sink.name)?.pending == 100)
        _ = try await collector.start(destination)
        try await until { collector.messages.count >= 100 }
        try await until { try store.ledger(runner.sink.name)?.pending == 0 }
        #expect(collector.distinct == messages(100))
        #expect(collector.messages.count == 100)
        #expect(!collector.isMalformed)
        task.cancel()
        await task.value
        await collector.stop()
    }

    @Test("A collector that is restarted loses nothing, and the order stays", arguments: 0..<3)
    func restart(index: Int) async throws {
        let destination = try await destinations()[index]
        _ = try await collector.start(destination)
        let runner = runner(destination)
        let task = Task { await runner.run() }
        for round in 0..<4 {
            try store.put(messages(20, from: round * 20), for: runner.sink.name)
            try await until { try store.ledger(runner.sink.name)?.pending == 0 }
            try await until { collector.distinct.count == (round + 1) * 20 }
            await collector.stop()
            if round == 1 {
                // Something comes while nobody listens.
                try store.put(messages(1, from: 1_000), for: runner.sink.name)
                try await until { runner.trouble != nil }
            }
            _ = try await collector.start(destination)
            if round == 1 {
                try await until { collector.distinct.contains(messages(1, from: 1_000)[0]) }
                try await until { try store.ledger(runner.sink.name)?.pending == 0 }
                let extra = collector.distinct.firstIndex(of: messages(1, from: 1_000)[0])
                #expect(extra == 40)
                break
            }
        }
        task.cancel()
        await task.value
        await collector.stop()
    }

    @Test("A collector that takes connections but does not read gets everything later, once")
    func stoppedTCP() async throws {
        let destination = try await collector.start(
            .tcp(host: "127.0.0.1", port: 0),
            isReading: false
        )
        let runner = runner(destination)
        // More than any socket buffer holds.
        let all = messages(20_000, padding: 1_000)
        try store.put(all, for: runner.sink.name)
        let task = Task { await runner.run() }
        try await until { runner.trouble?.contains("does not read") == true }
        #expect(try store.ledger(runner.sink.name)?.pending ?? 0 > 0)
        #expect(collector.messages.isEmpty)
        try await collector.read()
        try await until { try store.ledger(runner.sink.name)?.pending == 0 }
        try await until { collector.messages.count >= all.count }
        #expect(collector.messages == all)
        #expect(!collector.isMalformed)
        task.cancel()
        await task.value
        await collector.stop()
    }

    @Test("A local daemon that does not read gets everything later, once")
    func stoppedUnix() async throws {
        let destination = try await collector.start(
            .unix(path: folder.file("log")),
            isReading: false
        )
        let runner = runner(destination)
        let all = messages(2_000, padding: 500)
        try store.put(all, for: runner.sink.name)
        let task = Task { await runner.run() }
        try await until { runner.trouble?.contains("does not read") == true }
        try await collector.read()
        try await until { try store.ledger(runner.sink.name)?.pending == 0 }
        try await until { collector.messages.count >= all.count }
        #expect(collector.messages == all)
        task.cancel()
        await task.value
        await collector.stop()
    }

    @Test("A local daemon that wants a stream gets one")
    func unixStream() async throws {
        try await collector.startStream(at: folder.file("log"))
        let runner = runner(.unix(path: folder.file("log")))
        try store.put(messages(100), for: runner.sink.name)
        runner.finish()
        await runner.run()
        try await until { collector.messages.count >= 100 }
        #expect(collector.messages == messages(100))
        await collector.stop()
    }

    @Test(
        "A name that does not exist is trouble, not the end",
        arguments: [
            SyslogDestination.tcp(host: "no-such-host.invalid", port: 601),
            .udp(host: "no-such-host.invalid", port: 514),
        ]
    )
    func noSuchHost(destination: SyslogDestination) async throws {
        let runner = runner(destination)
        try store.put(messages(1), for: runner.sink.name)
        runner.finish()
        await runner.run()
        // Why not is the resolver's word, and another one where there is no network.
        let words = "cannot be reached (no address is known for no-such-host.invalid: "
        #expect(runner.trouble?.hasPrefix("\(runner.sink.name): \(words)") == true)
        #expect(try store.ledger(runner.sink.name)?.pending == 1)
    }

    @Test("Trouble is told in the system's words, without the library's")
    func trouble() async throws {
        let missing = SyslogDestination.unix(path: folder.file("missing"))
        let closed = try await collector.start(.tcp(host: "127.0.0.1", port: 0))
        await collector.stop()
        for (destination, words) in [
            (missing, "No such file or directory"), (closed, "Connection refused"),
        ] {
            let runner = runner(destination)
            try store.put(messages(1), for: runner.sink.name)
            runner.finish()
            await runner.run()
            #expect(runner.trouble == "\(runner.sink.name): cannot be reached (\(words))")
        }
    }
}
