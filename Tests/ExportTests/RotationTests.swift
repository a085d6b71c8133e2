import Foundation
import TapTesting
import TapWire
import Testing

extension ExportTests {
    @Suite("Captures in several files")
    struct RotationTests {
        @Test(
            "No file is larger than asked, each is whole, together they hold everything once",
            arguments: ["pcapng", "pcap"]
        )
        func sizes(_ format: String) throws {
            let ring = try RecordedRing(byteCount: 8 << 20)
            var random = SplitMix64(seed: 3)
            let frames = (0..<2_000).map { number in
                var octets = random.octets(Int.random(in: 60...1_500, using: &random))
                octets.replaceSubrange(0..<14, with: Array(repeating: 0, count: 12) + [0x88, 0xB5])
                return OwnedFrame(
                    octets: octets,
                    arrival: ring.start.advanced(by: .milliseconds(number)),
                    ingress: PortIndex(rawValue: UInt8(number % 2))
                )
            }
            ring.write(frames)
            let outcome = try ring.hubtap("dump", "-w out.\(format) --rotate 300kB")
            #expect(outcome.code == 0, "\(outcome)")
            let names = try FileManager.default.contentsOfDirectory(atPath: ring.folder)
                .filter { $0.hasSuffix(".\(format)") }
            let count = names.count
            let expected =
                ["out.\(format)"] + (2...count).map { String(format: "out-%04d.\(format)", $0) }
            #expect(Set(names) == Set(expected))
            #expect(outcome.errors.contains("in \(count) files"))
            var lengths: [String] = []
            for name in expected {
                let size = try FileManager.default.attributesOfItem(
                    atPath: "\(ring.folder)/\(name)"
                )[
                    .size
                ]
                let octets = try #require(size as? Int)
                #expect(octets <= 300_000)
                #expect(octets > 290_000 || name == expected.last)
                let info = try Program.run("cd \(ring.folder); capinfos -Tmc \(name)")
                #expect(info.code == 0 && info.errors.isEmpty, "\(info)")
                lengths += try Program.run(
                    "cd \(ring.folder); tshark -n -r \(name) -T fields -e frame.len"
                ).lines.map(String.init)
            }
            #expect(lengths == frames.map { String($0.octets.count) })
        }
    }
}
