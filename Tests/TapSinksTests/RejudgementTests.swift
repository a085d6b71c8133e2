import Foundation
import TapFlow
import TapMail
import TapObserve
import TapPlaces
import TapRelay
import TapSinks
import TapTesting
import TapWire
import Testing

/// A company that was watched, and what was written of it.
private struct WatchedCompany {
    static let ports = ["eth0", "eth1"]
    /// Every event, alert and incident, in the order in which they were told.
    private(set) var lines: [String] = []
    /// What the tap misses, and after how many sessions.
    private static let troubles: [Int: TapCondition] = [
        20: TapCondition(.framesLost, share: 0.01, count: 12),
        40: TapCondition(.framesLost, isOver: true),
        50: TapCondition(.clockStep, count: 3_600),
        60: TapCondition(.portDown, count: 1, ports: ["eth0"]),
        90: TapCondition(.portDown, isOver: true),
    ]

    init(seed: UInt64, told configuration: RelayConfiguration) throws {
        let simulation = CompanySimulation(
            seed: seed,
            profile: CompanyProfile.tiny.varied(by: seed)
        )
        let bench = RelayBench(configuration: configuration)
        let pipeline = Pipeline(
            Analyzer(SMTPObserver(), judge: bench.smtp),
            Analyzer(POP3Observer(), judge: bench.pop3),
            Analyzer(IMAPObserver(), judge: bench.imap)
        )
        var frames = CompanyFrames()
        var findings: [Finding] = []
        for (number, session) in simulation.enumerated() {
            let response = Self.response(session)
            pipeline.process(response.frame, into: &findings)
            frames.begin(session) { pipeline.process($0.frame, into: &findings) }
            guard let trouble = Self.troubles[number % 400] else { continue }
            bench.note(trouble, at: pipeline.position, into: &findings)
        }
        frames.finish { pipeline.process($0.frame, into: &findings) }
        let encoder = EVEEncoder(portNames: Self.ports)
        for finding in findings where !finding.isForWatchersOnly {
            lines.append(try encoder.line(for: finding))
        }
    }

    /// The response of a reverse lookup of a client: some have a name, some none, and what some say is damaged.
    private static func response(_ session: CompanySession) -> OwnedFrame {
        let number = session.client.low % 1_000
        let name = number % 3 == 0 ? nil : "host-\(number).example.net"
        var octets = FrameBuilder().ip(
            .udp,
            from: session.server,
            to: session.server,
            DNSMessage(reverse: session.client, name: name).datagram(from: 53)
        )
        if number % 7 == 0 { octets.removeLast(5) }
        return OwnedFrame(octets: octets, arrival: session.time)
    }

    /// What the rules said.
    var said: [String] { lines.filter(Self.isSaid) }

    /// What the rules say of what was written.
    func judgedAgain(told configuration: RelayConfiguration) throws -> [String] {
        var judge = RelayJudge(configuration: configuration)
        var decoder = EVEDecoder(portNames: Self.ports)
        var findings: [Finding] = []
        for line in lines {
            guard case .mail(let entry) = try decoder.read(Data(line.utf8)) else { continue }
            judge.evaluate(entry.event, in: entry.context) { findings.append(.alert($0)) }
            findings += judge.takeConclusions().map(Finding.event)
        }
        let encoder = EVEEncoder(portNames: Self.ports)
        return try findings.map { try encoder.line(for: $0) }.filter(Self.isSaid)
    }

    private static func isSaid(_ line: String) -> Bool {
        line.contains(#""event_type":"alert""#) || line.contains(#""event_type":"incident""#)
    }
}

extension Finding {
    fileprivate var isForWatchersOnly: Bool {
        guard case .event(let record) = self else { return false }
        return record.event.isForWatchersOnly
    }
}

@Suite("What was written of mail, judged again")
struct RejudgementTests {
    private func configuration(_ seed: UInt64) -> RelayConfiguration {
        var configuration = RelayConfiguration()
        guard seed % 2 == 1 else { return configuration }
        let simulation = CompanySimulation(
            seed: seed,
            profile: CompanyProfile.tiny.varied(by: seed)
        )
        configuration.inside = [CompanySimulation.insidePort]
        configuration.servers = simulation.servers.compactMap { IPNetwork("\($0)") }
        configuration.domains = simulation.domains.compactMap { MailDomain($0) }
        configuration.networks = simulation.networks.compactMap { IPNetwork($0) }
        return configuration
    }

    /// A table of where addresses are, read from a file as it is live.
    private func places() throws -> PlaceSource {
        let path = NSTemporaryDirectory() + "places-\(UUID().uuidString).mmdb"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(CompanySimulation.addressTable.octets).write(to: URL(fileURLWithPath: path))
        return PlaceSource(PlaceTables([try PlaceTable(path: path)]))
    }

    @Test(
        "gives the alerts and the incidents that it gave live, with and without a table of addresses",
        arguments: [(1, false), (2, false), (1, true), (2, true)] as [(UInt64, Bool)]
    )
    func same(_ seed: UInt64, _ hasPlaces: Bool) throws {
        var told = configuration(seed)
        if hasPlaces { told.places = try places() }
        let company = try WatchedCompany(seed: seed, told: told)
        let (said, again) = (company.said, try company.judgedAgain(told: told))
        let differing = zip(said, again).first { $0 != $1 }
        #expect(said == again, "\(differing.map { "\($0)\n\($1)" } ?? "")")
        let rules = said.filter { $0.contains(#""rule":"tap.blind""#) }
        #expect(rules.count >= 3 && said.count > 20)
        #expect(said.contains { $0.contains("by its network") })
        #expect(said.contains { $0.contains(#""client_name":null"#) })
        #expect(said.contains { $0.contains(#""client_place":{"#) } == hasPlaces)
        #expect(said.contains { $0.contains("is what tables say that were made on") } == hasPlaces)
    }
}
