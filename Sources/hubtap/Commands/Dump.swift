import ArgumentParser
import Foundation
import TapCapture
import TapLinux

/// `hubtap dump`: the ring to a capture file, with the hub alive or dead.
struct Dump: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Write what the ring holds to a pcapng or pcap file.",
        discussion: """
            Examples:
              hubtap dump -w last.pcapng --last 5m
              hubtap dump -w mail.pcapng port 25 and host 192.0.2.25
              hubtap dump -w relay.pcapng --mail-from '<>' --rcpt-to @example.net
              hubtap dump -w talk.pcapng --flow 203.0.113.9:40000-192.0.2.25:25
              hubtap dump -w all.pcapng --rotate 100MiB
              hubtap dump -w alert.pcapng --alert 20261123T120000Z-000001
              hubtap dump -w - --since '2h ago' | tshark -r -
            Works whether the hub runs or not; what came in until the command was given is written. Options and filter \
            must all agree to a frame. A file of the name is overwritten from the start; one that cannot be finished, for \
            want of room or because the command was stopped, ends with a whole frame.
            """
    )

    @Option(
        name: [.customShort("w"), .customLong("write")],
        help: ArgumentHelp("The file to write; '-' is standard output.", valueName: "file"),
        completion: .file(extensions: ["pcapng", "pcap"])
    )
    var write: String

    @Option(
        help: ArgumentHelp(
            """
            The frames of this alert: its evidence as it is, or what the ring still has of its connection. Events have \
            the name as relay.id, syslog as id.
            """,
            valueName: "id"
        )
    )
    var alert: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var selection: FrameSelection
    @OptionGroup var ring: RingOptions

    func run() async throws {
        ProcessControl.ignore(signals: [SIGPIPE, SIGXFSZ])
        let target = try CaptureTarget(write, format: output.format, rotation: output.rotate)
        if let alert { return try dump(alert, to: target) }
        let stop = StopFlag()
        stop.raiseOnSignals(endingWithin: .milliseconds(1_500))
        let source = try ExportSource(ring, selection, live: false)
        let totals = try Failure.rethrow(as: 1) { try source.dump(to: target, until: stop) }
        Terminal.say("hubtap: \(write): \(totals.words)")
        if stop.isRaised { throw Failure.failed("\(write): stopped before the end of the ring") }
    }

    private func dump(_ alert: String, to target: CaptureTarget) throws {
        guard selection.isEverything, target.rotation == nil else {
            throw Failure.usage("--alert says itself which frames are meant: leave the rest out")
        }
        do {
            let words = try AlertDump(alert, ring).write(to: target)
            Terminal.say("hubtap: \(write): \(words)")
        } catch let error as CaptureError {
            throw target.failure(error, file: 1)
        } catch {
            throw error as? Failure ?? .failed("\(error)")
        }
    }
}
