import ArgumentParser
import Foundation
import SystemPackage
import TapCapture
import TapLinux
import TapRing
import TapWire

/// `hubtap dump`: the ring to a capture file, with the hub alive or dead.
struct Dump: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write what the ring holds to a pcapng or pcap file.",
        discussion: """
            Examples:
              hubtap dump -w last.pcapng --last 5m
              hubtap dump -w mail.pcapng port 25 and host 192.0.2.25
              hubtap dump -w - --since '2h ago' | tshark -r -
            Works whether the hub runs or not; what came in until the command was given is written.
            """
    )

    @Option(
        name: [.customShort("w"), .customLong("write")],
        help: ArgumentHelp("The file to write; '-' is standard output.", valueName: "file"),
        completion: .file(extensions: ["pcapng", "pcap"])
    )
    var write: String

    @Option(help: "pcapng or pcap. Default: pcap for a name that ends in .pcap, else pcapng.")
    var format: CaptureFormat?

    @OptionGroup var selection: FrameSelection
    @OptionGroup var ring: RingOptions

    /// The format that was asked for, or that the file's name suggests.
    private var chosenFormat: CaptureFormat {
        format ?? (write.hasSuffix(".pcap") ? .pcap : .pcapng)
    }

    func run() async throws {
        ProcessControl.ignore(signals: [SIGPIPE])
        let source = try ExportSource(ring, selection, live: false)
        if write == "-" && Terminal.isOutputTerminal {
            throw Failure.usage(
                "-w - would write a capture onto the terminal; give a file or a pipe"
            )
        }
        var totals = ExportTotals()
        do {
            totals = try dump(source)
        } catch let error as CaptureError {
            if error.code == .brokenPipe { return }
            throw Failure.failed("\(write): \(error)")
        } catch {
            throw Failure.failed("\(error)")
        }
        Terminal.say("hubtap: \(write): \(totals.words)")
    }

    private func dump(_ source: ExportSource) throws -> ExportTotals {
        let isPiped = write == "-"
        let file = try isPiped ? FileSink(.standardOutput) : FileSink(creating: FilePath(write))
        switch chosenFormat {
        case .pcapng: return try source.dump(into: source.pcapng(file))
        case .pcap: return try source.dump(into: PcapWriter(to: file))
        }
    }
}
