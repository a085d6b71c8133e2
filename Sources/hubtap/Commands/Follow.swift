import ArgumentParser
import Foundation
import SystemPackage
import TapCapture
import TapLinux
import TapRing

/// `hubtap follow`: live pcapng on standard output.
struct Follow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write what crosses the hub to standard output as pcapng, live.",
        discussion: """
            Examples:
              hubtap follow port 25 | wireshark -k -i -
              ssh tapbox sudo hubtap follow port 25 | wireshark -k -i -
              hubtap follow --last 2m port 25 | tshark -r -
            """
    )

    @OptionGroup var selection: FrameSelection
    @OptionGroup var ring: RingOptions

    func run() async throws {
        ProcessControl.ignore(signals: [SIGPIPE])
        if Terminal.isOutputTerminal {
            throw Failure.usage(
                "follow writes pcapng; pipe it into a program: hubtap follow | tshark -r -"
            )
        }
        let source = try ExportSource(ring, selection, live: true)
        let stop = StopFlag()
        stop.raiseOnSignals(endingWithin: .milliseconds(1_500))
        stop.raiseWhenReaderGoes(.standardOutput)
        do {
            let writer = source.pcapng(FileSink(.standardOutput))
            let totals = try source.follow(into: writer, until: stop)
            Terminal.say("hubtap: follow: \(totals.words)")
        } catch let error as CaptureError where error.code == .brokenPipe {
            return
        } catch {
            throw Failure.failed("\(error)")
        }
    }
}
