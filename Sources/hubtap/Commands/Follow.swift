import ArgumentParser
import Foundation
import TapLinux

/// `hubtap follow`: live pcapng on standard output.
struct Follow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Write what crosses the hub, live: pcapng on standard output, or to a file.",
        discussion: """
            Examples:
              hubtap follow port 25 | wireshark -k -i -
              ssh tapbox sudo hubtap follow port 25 | wireshark -k -i -
              hubtap follow --last 2m port 25 | tshark -r -
              hubtap follow --mail-from @example.net -w mail.pcapng --rotate 100MiB
            Begins with what comes from now on, unless --last or --since say otherwise. A connection that --mail-from or \
            --rcpt-to look for shows itself when the transaction is through: what the ring still holds of it is written \
            then, before what follows. Options and filter must all agree to a frame.
            """
    )

    @Option(
        name: [.customShort("w"), .customLong("write")],
        help: ArgumentHelp("The file to write; '-' is standard output.", valueName: "file"),
        completion: .file(extensions: ["pcapng", "pcap"])
    )
    var write = "-"

    @OptionGroup var output: OutputOptions
    @OptionGroup var selection: FrameSelection
    @OptionGroup var ring: RingOptions

    func run() async throws {
        ProcessControl.ignore(signals: [SIGPIPE, SIGXFSZ])
        let stop = StopFlag()
        stop.raiseOnSignals(endingWithin: .milliseconds(1_500))
        let target = try CaptureTarget(write, format: output.format, rotation: output.rotate)
        let source = try ExportSource(ring, selection, live: true)
        if let pipe = target.pipe { stop.raiseWhenReaderGoes(pipe) }
        let totals = try Failure.rethrow(as: 1) { try source.follow(to: target, until: stop) }
        Terminal.say("hubtap: follow: \(totals.words)")
    }
}
