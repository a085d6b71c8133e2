import Foundation
import SystemPackage
import TapCapture
import TapTesting
import TapWire
import Testing

/// What Wireshark's and tcpdump's own readers make of our files, and we of theirs.
struct OtherToolsTests {
    private static let start: Int64 = 1_700_000_000_000_000_000
    private static let times: [Int64] = [0, 1, 999_999_999, 1_000_000_000, 61_000_000_007]

    /// Runs a tool that must be there, and returns the lines it printed.
    private static func run(_ arguments: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"]
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(arguments) failed, or is not installed")
        let text = String(bytes: data, encoding: .utf8) ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            .dropLast()
    }

    /// The n-th sample frame, which enters by one port and then the other.
    private static func octets(_ index: Int) -> [UInt8] {
        SampleFrame.tcp(payload: Array(repeating: 0x2E, count: index * 3))
    }

    private static func metadata(_ index: Int) -> FrameMetadata {
        SampleFrame.metadata(
            UInt64(index) + 100,
            count: octets(index).count,
            at: start + times[index],
            port: UInt8(index % 2),
            flags: index == 3 ? .outbound : []
        )
    }

    private static func writePcapng(to path: FilePath) throws {
        let interfaces = [
            CaptureInterface(
                name: "eth0",
                description: "towards the world",
                macAddress: MACAddress(bits: 0x02_00_5E_10_00_01),
                bitsPerSecond: 1_000_000_000,
                snapLength: 64,
                filter: "port 25",
                hardware: "Intel I210",
                operatingSystem: "Linux 6.1"
            ),
            CaptureInterface(name: "eth1", snapLength: 64),
        ]
        var writer = PcapngWriter(
            to: try FileSink(creating: path),
            section: CaptureSection(
                hardware: "x86_64",
                operatingSystem: "Linux 6.1.0",
                application: "hubtap 1.0",
                comment: "a comment"
            ),
            interfaces: interfaces
        )
        for index in times.indices {
            try writer.write(
                Frame(octets(index).span, metadata(index)),
                dropped: index == 2 ? 17 : 0,
                comment: index == 4 ? "the frame of the alert" : nil
            )
        }
        try writer.finish(statistics: [
            InterfaceStatistics(received: 3, dropped: 17), InterfaceStatistics(received: 2),
        ])
    }

    @Test func tsharkReadsEveryFieldOfPcapng() throws {
        try withTemporaryFile { path in
            try Self.writePcapng(to: path)
            let fields = [
                "frame.time_epoch", "frame.len", "frame.cap_len", "frame.interface_name",
                "frame.interface_description", "frame.packet_flags_direction", "frame.packet_id",
                "frame.drop_count", "frame.comment", "tcp.dstport",
            ]
            let lines = try Self.run(
                ["tshark", "-n", "-r", path.string, "-T", "fields", "-E", "separator=|"]
                    + fields.flatMap { ["-e", $0] }
            )
            #expect(
                lines == [
                    "1700000000.000000000|54|54|eth0|towards the world|0x00000001|100|||25",
                    "1700000000.000000001|57|57|eth1||0x00000001|101|||25",
                    "1700000000.999999999|60|60|eth0|towards the world|0x00000001|102|17||25",
                    "1700000001.000000000|63|63|eth1||0x00000002|103|||25",
                    "1700000061.000000007|66|64|eth0|towards the world|0x00000001|104||"
                        + "the frame of the alert|25",
                ]
            )
        }
    }

    @Test func capinfosReadsInterfacesAndStatistics() throws {
        try withTemporaryFile { path in
            try Self.writePcapng(to: path)
            let text = try Self.run(["capinfos", "-M", path.string])
                .map { $0.trimmingCharacters(in: .whitespaces) }
            for expected in [
                "Number of packets:   5",
                "Capture hardware:    x86_64",
                "Capture oper-sys:    Linux 6.1.0",
                "Capture application: hubtap 1.0",
                "Capture comment:     a comment",
                "Number of interfaces in file: 2",
                "Name = eth0",
                "Description = towards the world",
                "Hardware = Intel I210",
                "Operating system = Linux 6.1",
                "Speed = 1000000000",
                "Filter string = port 25",
                "Time precision = nanoseconds (9)",
                "Time ticks per second = 1000000000",
                "Number of stat entries = 1",
                "Number of packets = 3",
                "Number of packets = 2",
                "Capture length = 64",
                "Strict time order:   True",
            ] {
                #expect(text.contains(expected), "\(expected) is not in \(text)")
            }
        }
    }

    @Test func tcpdumpReadsBothFormats() throws {
        try withTemporaryFile { path in
            try Self.writePcapng(to: path)
            let pcapng = try Self.run([
                "tcpdump", "-n", "-tt", "--nano", "-r", path.string, "tcp port 25",
            ])
            try Self.writePcap(to: path)
            let pcap = try Self.run([
                "tcpdump", "-n", "-tt", "--nano", "-r", path.string, "tcp port 25",
            ])
            for lines in [pcapng, pcap] {
                #expect(
                    lines.map { $0.prefix { $0 != " " } } == [
                        "1700000000.000000000", "1700000000.000000001", "1700000000.999999999",
                        "1700000001.000000000", "1700000061.000000007",
                    ]
                )
            }
        }
    }

    /// Frames to an address whose name a DNS response tells first, and one whose name a frame that is left out tells.
    private static func writeNames(to path: FilePath) throws {
        var answers = [
            DNSMessage(question: "mail.example.org"), DNSMessage(question: "left.example"),
        ]
        let client = IPAddress(v4: 0xC000_0201)
        let server = IPAddress(v4: 0xC000_0219)
        answers[0].append(DNSAnswer(name: "mail.example.org", address: server))
        answers[0].append(DNSAnswer(name: "mx.example.org", address: server))
        answers[0].append(
            DNSAnswer(
                name: "mail.example.org",
                address: IPAddress(v6High: 0x2001_0DB8 << 32, low: 25)
            )
        )
        answers[1].append(DNSAnswer(name: "client.example", address: client))
        let frames = answers.map {
            FrameBuilder().ip(.udp, from: server, to: client, $0.datagram(from: 53))
        }
        var writer = PcapngWriter(
            to: try FileSink(creating: path),
            section: CaptureSection(),
            interfaces: [CaptureInterface(name: "eth0")]
        )
        let left = frames[1]
        try writer.note(Frame(left.span, SampleFrame.metadata(0, count: left.count)))
        let mail = octets(0)
        for (index, octets) in [frames[0], mail, frames[0], mail].enumerated() {
            let metadata = SampleFrame.metadata(UInt64(index), count: octets.count)
            try writer.write(Frame(octets.span, metadata))
        }
        try writer.finish()
    }

    @Test func tsharkKnowsTheNamesThatWereSeen() throws {
        try withTemporaryFile { path in
            try Self.writeNames(to: path)
            let lines = try Self.run([
                "tshark", "-N", "n", "-r", path.string, "-Y", "tcp", "-T", "fields", "-e",
                "ip.src_host", "-e", "ip.dst_host",
            ])
            #expect(lines.count == 2)
            for line in lines {
                let names = line.split(separator: "\t")
                #expect(names.first == "client.example")
                #expect(["mail.example.org", "mx.example.org"].contains(names.last))
            }
            let hosts = try Self.run(["tshark", "-r", path.string, "-q", "-z", "hosts"])
            for expected in ["192.0.2.1\tclient.example", "2001:db8::19\tmail.example.org"] {
                #expect(hosts.contains(expected), "\(expected) is not in \(hosts)")
            }
            let info = try Self.run(["capinfos", "-M", path.string])
                .map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(info.contains("Number of resolved IPv4 addresses in file: 3"), "\(info)")
            #expect(info.contains("Number of resolved IPv6 addresses in file: 1"), "\(info)")
            let plain = try Self.run(["tcpdump", "-n", "-r", path.string, "tcp"])
            #expect(plain.count == 2)
        }
    }

    private static func writePcap(to path: FilePath) throws {
        var writer = PcapWriter(to: try FileSink(creating: path))
        for index in times.indices {
            try writer.write(Frame(octets(index).span, metadata(index)))
        }
        try writer.finish()
    }

    @Test func tsharkAndCapinfosReadPcap() throws {
        try withTemporaryFile { path in
            try Self.writePcap(to: path)
            let lines = try Self.run([
                "tshark", "-n", "-r", path.string, "-T", "fields", "-e", "frame.time_epoch", "-e",
                "frame.len",
            ])
            #expect(
                lines == [
                    "1700000000.000000000\t54", "1700000000.000000001\t57",
                    "1700000000.999999999\t60", "1700000001.000000000\t63",
                    "1700000061.000000007\t66",
                ]
            )
            let text = try Self.run(["capinfos", "-M", "-c", "-t", path.string])
            #expect(text.contains { $0.hasSuffix("nsecpcap") || $0.contains("nanosecond libpcap") })
        }
    }

    @Test(arguments: ["pcap", "nsecpcap", "pcapng", "modpcap"])
    func whatEditcapWritesIsRead(format: String) throws {
        try withTemporaryFile { path in
            try Self.writePcapng(to: path)
            try withTemporaryFile { copy in
                _ = try Self.run(["editcap", "-F", format, path.string, copy.string])
                var reader = try CaptureReader(FileSource(opening: copy))
                var index = 0
                while try reader.advance() {
                    let frame = reader.frame
                    let octets = frame.bytes.indices.map { frame.bytes[$0] }
                    let whole = Self.octets(index)
                    #expect(octets == Array(whole.prefix(64)))
                    let expected = Self.metadata(index).arrival.nanoseconds
                    let isExact = format == "pcapng" || format == "nsecpcap"
                    let scale: Int64 = isExact ? 1 : 1_000
                    #expect(frame.metadata.arrival.nanoseconds == expected / scale * scale)
                    index += 1
                }
                #expect(index == Self.times.count)
                if format == "pcapng" { #expect(reader.ports.names == ["eth0", "eth1"]) }
            }
        }
    }
}
