import Foundation
import TapTesting
import TapWire
import Testing

extension ExportTests {
    @Suite("hubtap dump")
    struct DumpTests {
        private let ring: RecordedRing
        private let bounce: [OwnedFrame]
        private let letter: [OwnedFrame]
        private let web: [OwnedFrame]

        init() throws {
            ring = try RecordedRing()
            bounce = ring.mail(port: 40_001, from: "", to: ["mark@example.net", "Eve@example.com"])
            letter = ring.mail(
                port: 40_002,
                from: "alice@Example.ORG",
                to: ["bob@example.net"],
                at: 10
            )
            web = ring.web()
            ring.write(mixing: [bounce, letter, web])
        }

        /// Dumps with `arguments`; what tshark finds in it.
        private func ports(_ arguments: String) throws -> [String] {
            let outcome = try ring.hubtap("dump", "-w out.pcapng \(arguments)")
            #expect(outcome.code == 0, "\(outcome)")
            return try ring.clientPorts(in: "out.pcapng")
        }

        private func all(_ frames: [OwnedFrame], _ port: String) -> [String] {
            frames.map { _ in port }
        }

        @Test("Everything, when nothing is asked; the totals stand on standard error")
        func everything() throws {
            #expect(try ports("").count == ring.frames.count)
            let outcome = try ring.hubtap("dump", "-w out.pcap")
            let size = try #require(
                FileManager.default.attributesOfItem(atPath: ring.folder + "/out.pcap")[.size]
                    as? Int
            )
            let count = ring.frames.count
            #expect(outcome.output.isEmpty)
            #expect(
                outcome.errors.contains("out.pcap: \(count) frames of \(count), \(size) octets")
            )
            #expect(outcome.errors.contains("none lost while reading"))
        }

        @Test("Names that the wire tells stand in a capture of mail alone")
        func names() throws {
            let server = IPAddress(v4: 0xC000_0219)
            var message = DNSMessage(question: "mail.example.org")
            message.append(DNSAnswer(name: "mail.example.org", address: server))
            let response = FrameBuilder().ip(
                .udp,
                from: IPAddress(v4: 0xC000_0235),
                to: IPAddress(v4: 0xCB00_7109),
                message.datagram(from: 53)
            )
            let named = try RecordedRing()
            named.write([OwnedFrame(octets: response, arrival: named.start)])
            named.write(
                named.mail(port: 40_003, from: "a@example.net", to: ["b@example.org"], at: 1)
            )
            let outcome = try named.hubtap("dump", "-w out.pcapng tcp port 25")
            #expect(outcome.code == 0, "\(outcome)")
            let hosts = try Program.run(
                "cd \(named.folder); tshark -N n -r out.pcapng -Y 'tcp.dstport == 25' -T fields -e ip.dst_host"
            ).lines
            #expect(!hosts.isEmpty && hosts.allSatisfy { $0 == "mail.example.org" }, "\(hosts)")
            let all = try Program.run("cd \(named.folder); tshark -n -r out.pcapng -Y dns")
            #expect(all.lines.isEmpty)
        }

        @Test(
            "A conversation by its ends, in any order",
            arguments: [
                "203.0.113.9:40001-192.0.2.25:25", "192.0.2.25:25-203.0.113.9:40001",
            ]
        )
        func flow(_ ends: String) throws {
            #expect(try ports("--flow \(ends)") == all(bounce, "40001"))
            #expect(try ports("--flow \(ends) dst port 25").count < bounce.count)
            #expect(try ports("--flow \(ends) --port eth0 src port 25").isEmpty)
        }

        @Test("A conversation by the Community ID that tshark has for it")
        func communityID() throws {
            _ = try ring.hubtap("dump", "-w all.pcapng")
            let ids = try Program.run(
                """
                cd \(ring.folder)
                tshark -n -r all.pcapng --enable-protocol communityid -T fields -e communityid
                """
            ).lines
            #expect(Set(ids).count == 3 && ids.count == ring.frames.count)
            for id in Set(ids) {
                #expect(try ports("--community-id \(id)").count == ids.count { $0 == id })
            }
        }

        @Test("Connections with mail of a sender")
        func mailFrom() throws {
            #expect(try ports("--mail-from '<>'") == all(bounce, "40001"))
            #expect(try ports("--mail-from alice@example.org") == all(letter, "40002"))
            #expect(try ports("--mail-from '<alice@EXAMPLE.org>'") == all(letter, "40002"))
            #expect(try ports("--mail-from @example.org") == all(letter, "40002"))
            #expect(try ports("--mail-from Alice@example.org").isEmpty)
            #expect(try ports("--mail-from @example.net").isEmpty)
        }

        @Test("Connections with mail for a recipient; both must be of one mail")
        func rcptTo() throws {
            #expect(try ports("--rcpt-to Eve@example.com") == all(bounce, "40001"))
            #expect(try ports("--rcpt-to @example.net").count == bounce.count + letter.count)
            #expect(try ports("--rcpt-to @example.net --mail-from '<>'") == all(bounce, "40001"))
            #expect(try ports("--rcpt-to bob@example.net --mail-from '<>'").isEmpty)
            #expect(
                try ports("--rcpt-to @example.net dst port 25").allSatisfy { $0.hasPrefix("4000") }
            )
        }

        @Test("A connection whose mail was before the time that is meant, as far as it lies in it")
        func mailBefore() throws {
            // The end of the connection: FIN and what answers it.
            let late = letter[letter.count - 3].metadata.arrival
            let found = try ports("--mail-from @example.org --since \(late.rfc3339)")
            #expect(found == ["40002", "40002", "40002"])
        }

        @Test("A time span ends where it is told")
        func until() throws {
            let end = try #require(letter.first?.metadata.arrival)
            let wanted = ring.frames.count { $0.metadata.arrival <= end }
            #expect(try ports("--until \(end.rfc3339)").count == wanted)
            #expect(wanted < ring.frames.count)
            let before = end.advanced(by: .milliseconds(-1))
            #expect(try ports("--until \(before.rfc3339)").count == wanted - 1)
            #expect(try ports("--since \(end.rfc3339) --until \(end.rfc3339)").count == 1)
        }

        @Test("Frames can be counted and cut")
        func limits() throws {
            #expect(try ports("--count 5 port 25").count == 5)
            _ = try ring.hubtap("dump", "-w cut.pcapng --snaplen 60")
            _ = try ring.hubtap("dump", "-w cut.pcap --snaplen 60")
            for capture in ["cut.pcapng", "cut.pcap"] {
                let lengths = try Program.run(
                    "cd \(ring.folder); tshark -n -r \(capture) -T fields -e frame.cap_len -e frame.len"
                ).lines
                let expected = ring.frames.map { "\(min(60, $0.octets.count))\t\($0.octets.count)" }
                #expect(lengths.map(String.init) == expected)
            }
        }

        @Test("A filter looks past VLAN tags, unless told not to")
        func tags() throws {
            #expect(try ports("port 80").count == web.count)
            #expect(try ports("--no-vlan port 80").isEmpty)
            #expect(try ports("--no-vlan vlan 7 and port 80").count == web.count)
            #expect(try ports("--no-vlan port 25").count == bounce.count + letter.count)
        }

        @Test("A reader that has seen enough ends it quietly")
        func closedPipe() throws {
            let ring = try RecordedRing(byteCount: 16 << 20)
            ring.write(
                (0..<4_000).map { _ in OwnedFrame(octets: Array(repeating: 0, count: 1_500)) }
            )
            let outcome = try ring.hubtap("dump", "-w -", "| head -c 100 | wc -c")
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.output.contains("100") && outcome.errors.isEmpty, "\(outcome)")
        }

        @Test("SIGTERM ends it, also while its reader takes nothing")
        func stalledPipe() throws {
            let ring = try RecordedRing(byteCount: 16 << 20)
            ring.write(
                (0..<4_000).map { _ in OwnedFrame(octets: Array(repeating: 0, count: 1_500)) }
            )
            // Not before it listens for the signal (bit 14 of its mask), which on a busy machine it may not at once.
            let outcome = try Program.run(
                """
                cd \(ring.folder); mkfifo pipe; exec 3<>pipe; hubtap dump --ring ring -w - >pipe & \
                head -c 1 <&3 >/dev/null
                until grep -qE '^Sig(Ign|Cgt):.*[4-7c-f]...$' /proc/$!/status; do sleep 0.01; done
                kill -TERM $!; wait $!
                """
            )
            #expect(outcome.code == 1, "\(outcome)")
            #expect(outcome.errors.contains("before everything was taken"), "\(outcome)")
        }

        @Test("SIGTERM ends it in order from the moment there is a file, on one processor, too")
        func endedEarly() throws {
            let ring = try RecordedRing(byteCount: 16 << 20)
            ring.write(
                (0..<4_000).map { _ in OwnedFrame(octets: Array(repeating: 0, count: 1_500)) }
            )
            for _ in 0..<10 {
                let outcome = try Program.run(
                    """
                    cd \(ring.folder); rm -f early.pcapng
                    taskset -c "$(taskset -cp $$ | grep -o '[0-9]*$')" \
                        hubtap dump --ring ring -w early.pcapng &
                    until [ -e early.pcapng ]; do :; done
                    kill -TERM $!; wait $! || [ $? = 1 ] && tshark -n -r early.pcapng -c 1
                    """
                )
                #expect(outcome.code == 0, "\(outcome)")
            }
        }

        @Test("Without room for more it names the file, and what is there can be read")
        func noRoom() throws {
            let ring = try RecordedRing(byteCount: 16 << 20)
            ring.write(
                (0..<4_000).map { _ in OwnedFrame(octets: Array(repeating: 0, count: 1_500)) }
            )
            for name in ["full.pcapng", "full.pcap"] {
                let outcome = try Program.run(
                    "cd \(ring.folder); ulimit -f 1000; hubtap dump --ring ring -w \(name)"
                )
                #expect(outcome.code == 1, "\(outcome)")
                #expect(outcome.errors.contains("\(name): there is no room"), "\(outcome)")
                let info = try Program.run("cd \(ring.folder); capinfos -Tmc \(name)")
                #expect(info.code == 0 && info.errors.isEmpty, "\(info)")
                let frames = try Program.run("cd \(ring.folder); tshark -n -r \(name)").lines.count
                #expect(frames > 600 && frames < 700)
            }
            let device = try ring.hubtap("dump", "-w /dev/full")
            #expect(device.code == 1 && device.errors.contains("/dev/full"), "\(device)")
        }

        @Test("Wrong use is refused, with the right form", arguments: wrong)
        func wrongUse(_ use: (arguments: String, words: String)) throws {
            let outcome = try ring.hubtap("dump", use.arguments)
            #expect(outcome.code == 2, "\(outcome)")
            #expect(outcome.errors.contains(use.words), "\(outcome)")
            #expect(!FileManager.default.fileExists(atPath: ring.folder + "/no"))
        }

        private static let wrong: [(arguments: String, words: String)] = [
            ("-w no --flow 192.0.2.1-192.0.2.2", "192.0.2.1:40000-192.0.2.25:25"),
            ("-w no --flow '[2001:db8::1]:5-192.0.2.2:5'", "[2001:db8::1]:40000-[2001:db8::25]:25"),
            ("-w no --community-id 2:abc", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
            ("-w no --mail-from ''", "alice@example.org"),
            ("-w no --rcpt-to 'a@b@'", "@example.org"),
            ("-w no --count 0", "--count"),
            ("-w no --snaplen 0", "--snaplen"),
            ("-w no --rotate 10", "64KiB"),
            ("-w - --rotate 1MiB", "-w FILE"),
            ("-w no --since 1m --until 5m", "--since"),
            ("-w no --last 1m --since 5m", "--last"),
            ("-w no --port eth9", "eth0, eth1"),
            ("-w no port 25 and and", "syntax"),
        ]
    }
}
