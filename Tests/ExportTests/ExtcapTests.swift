import Foundation
import TapRing
import TapTesting
import TapWire
import Testing

extension ExportTests {
    @Suite("hubtap extcap")
    struct ExtcapTests {
        private let ring: RecordedRing

        init() throws { ring = try RecordedRing() }

        /// A ring of another port that is written as long as this value lives.
        private final class OtherRing {
            private let writer: RingWriter

            init(_ path: String, at start: Timestamp) throws {
                writer = try RingWriter(
                    RingConfiguration(path: path, byteCount: 1 << 20),
                    ports: [RingPort(name: "lan0")],
                    at: start
                )
            }
        }

        /// The interfaces that Wireshark is told of, when the ring of this test is the configured one.
        private func interfaces() throws -> [Substring] {
            let outcome = try Program.run(
                "hubtap --extcap-interfaces --extcap-version=4.0 --ring \(ring.path)"
            )
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
            #expect(outcome.lines.first?.hasPrefix("extcap {version=") == true)
            return outcome.lines.filter { $0.contains(ring.folder) }
        }

        @Test(
            "Rings that are being written are interfaces, called by their files; other files are none"
        )
        func rings() throws {
            let own =
                "interface {value=hubtap}{display=hubtap mirror ring \(ring.path) (eth0, eth1)}"
            #expect(try interfaces() == [own[...]])
            try Data("no ring".utf8).write(to: URL(filePath: "\(ring.folder)/notes"))
            let names = ["a {b}", "a-{b}", "other"]
            var others = try names.map { try OtherRing("\(ring.folder)/\($0)", at: ring.start) }
            let listed = try interfaces()
            #expect(listed.first == own[...])
            let folder = ring.folder
            #expect(
                listed.dropFirst() == [
                    "interface {value=hubtap-a__b_}{display=hubtap mirror ring \(folder)/a b (lan0)}",
                    "interface {value=hubtap-a__b_-2}{display=hubtap mirror ring \(folder)/a-b (lan0)}",
                    "interface {value=hubtap-other}{display=hubtap mirror ring \(folder)/other (lan0)}",
                ]
            )
            let options = try Program.run(
                "hubtap --extcap-config --extcap-interface hubtap-other --ring \(ring.path)"
            )
            #expect(options.output.contains("{arg=0}{value=lan0}"))
            // A ring that nobody writes any more gives nothing new.
            others.removeAll()
            #expect(try interfaces() == [own[...]])
        }

        @Test("Both filters must match, and the end of the reader is a quiet end")
        func filters() throws {
            let mail = ring.mail(port: 40_001, from: "", to: ["a@example.net"])
            ring.write(mixing: [
                mail, ring.web(), ring.mail(port: 40_002, from: "", to: ["b@example.net"]),
            ])
            let outcome = try Program.run(
                """
                cd \(ring.folder)
                mkfifo pipe
                tshark -n -r pipe -c \(mail.count) -T fields -e tcp.srcport -e tcp.dstport 2>/dev/null &
                hubtap --capture --extcap-interface hubtap --fifo pipe --ring \(ring.path) --last 1h \
                    --port all --extcap-capture-filter 'tcp port 25 or tcp port 80' --filter 'port 40001 or udp'
                code=$?
                wait
                exit $code
                """
            )
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
            #expect(outcome.lines.count == mail.count)
            #expect(outcome.lines.allSatisfy { $0.contains("40001") })
        }

        @Test(
            "Wrong use is refused with what would be right",
            arguments: [
                ("--capture --extcap-interface hubtap", "--fifo"),
                ("--capture --extcap-interface hubtap-none --fifo x", "there is: hubtap"),
                ("--capture --fifo x --filter 'port 25) or (port 26'", "syntax error"),
                ("--capture --fifo none/x", "none/x"),
                ("--extcap-interfaces --extcap-config", "give one of them"),
            ]
        )
        func mistakes(_ arguments: String, _ words: String) throws {
            let outcome = try Program.run(
                "cd \(ring.folder); hubtap \(arguments) --ring \(ring.path)"
            )
            #expect([1, 2].contains(outcome.code), "\(outcome)")
            #expect(outcome.errors.contains(words), "\(outcome)")
            #expect(outcome.output.isEmpty)
        }

        @Test("The link in a folder is made and taken away, and what is not hubtap's is left alone")
        func link() throws {
            let folder = "\(ring.folder)/extcap"
            let link = "\(folder)/hubtap"
            for word in ["leads to", "is there already"] {
                let outcome = try Program.run("hubtap extcap --install --folder \(folder)")
                #expect(outcome.code == 0 && outcome.errors.contains(word), "\(outcome)")
            }
            let listed = try Program.run("\(link) --extcap-interfaces --ring \(ring.path)")
            #expect(listed.output.contains("{value=hubtap}"))
            for word in ["is gone", "there is no link"] {
                let outcome = try Program.run("hubtap extcap --uninstall --folder \(folder)")
                #expect(outcome.code == 0 && outcome.errors.contains(word), "\(outcome)")
            }
            for foreign in ["echo hello >\(link)", "ln -sf /bin/true \(link)"] {
                for action in ["--install", "--uninstall"] {
                    let outcome = try Program.run(
                        "\(foreign); hubtap extcap \(action) --folder \(folder)"
                    )
                    #expect(
                        outcome.code == 1 && outcome.errors.contains("left alone"),
                        "\(outcome)"
                    )
                }
            }
        }
    }
}
