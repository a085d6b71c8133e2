import Foundation
import TapTesting
import TapWire
import Testing

extension ExportTests {
    @Suite("hubtap follow")
    struct FollowTests {
        private let ring: RecordedRing

        init() throws { ring = try RecordedRing() }

        /// Starts to follow into `out.pcapng`; once this returns, everything that comes is seen.
        private func follow(_ arguments: String) throws -> Process {
            let process = Process()
            Program.prepare(
                process,
                for: "cd \(ring.folder); exec hubtap follow --ring ring -w out.pcapng \(arguments)"
            )
            process.standardError = FileHandle.nullDevice
            try process.run()
            try ring.wait(for: "the file") { size > 0 || !process.isRunning }
            return process
        }

        private var size: Int {
            let attributes = try? FileManager.default.attributesOfItem(
                atPath: ring.folder + "/out.pcapng"
            )
            return attributes?[.size] as? Int ?? 0
        }

        @Test("Live frames, until enough were counted")
        func count() throws {
            ring.write(ring.web())
            let process = try follow("--count 6 port 25")
            ring.write(
                ring.mail(port: 40_001, from: "a@example.org", to: ["b@example.org"], at: 50)
            )
            try ring.wait(for: "the end") { !process.isRunning }
            #expect(process.terminationStatus == 0)
            #expect(try ring.clientPorts(in: "out.pcapng") == Array(repeating: "40001", count: 6))
        }

        @Test("A signal ends it, and the file is whole")
        func signal() throws {
            let process = try follow("")
            let mail = ring.mail(port: 40_001, from: "a@example.org", to: ["b@example.org"], at: 50)
            let before = size
            ring.write(mail)
            try ring.wait(for: "the frames") { size > before + 100 * mail.count }
            process.interrupt()
            try ring.wait(for: "the end") { !process.isRunning }
            #expect(process.terminationStatus == 0)
            #expect(try ring.clientPorts(in: "out.pcapng").count == mail.count)
        }

        @Test("A connection with the mail that is looked for is given from its beginning, in order")
        func mail() throws {
            let bounce = ring.mail(port: 40_001, from: "", to: ["mark@example.net"], at: 50)
            let letter = ring.mail(
                port: 40_002,
                from: "a@example.org",
                to: ["b@example.org"],
                at: 50
            )
            let process = try follow("--mail-from '<>' --count \(bounce.count)")
            ring.write(mixing: [bounce, letter, ring.web(at: 50)])
            try ring.wait(for: "the end") { !process.isRunning }
            #expect(process.terminationStatus == 0)
            #expect(try ring.clientPorts(in: "out.pcapng") == bounce.map { _ in "40001" })
            let times = try Program.run(
                "cd \(ring.folder); tshark -n -r out.pcapng -T fields -e frame.time_epoch"
            ).lines
            #expect(times == times.sorted())
        }

        @Test("Onto standard output it is pcapng, and a closed pipe ends it quietly")
        func closedPipe() throws {
            ring.write(ring.web())
            let outcome = try ring.hubtap("follow", "--last 5m", "| head -c 100 | wc -c")
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
            #expect(outcome.output.contains("100"), "\(outcome)")
        }
    }
}
