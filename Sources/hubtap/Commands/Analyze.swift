import ArgumentParser
import Foundation
import SystemPackage
import TapCapture
import TapConfig
import TapLinux

/// `hubtap analyze`: the same observers and rules over capture files.
struct Analyze: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Read mail sessions out of capture files and hold them against the rules.",
        discussion: """
            Examples:
              hubtap analyze capture.pcapng
              hubtap analyze --json monday.pcap tuesday.pcap > events.json
              tcpdump -w - port 25 | hubtap analyze -
            Needs no privileges. A pcapng file's interface names are its ports; several files are one stream, to be \
            given in the order of time.
            """
    )

    @Argument(
        help: "pcap or pcapng files; '-' is standard input.",
        completion: .file(extensions: ["pcap", "pcapng", "cap"])
    )
    var files: [String]

    @Flag(help: "Print every event as EVE JSON, one a line, instead of a summary.")
    var json = false

    @OptionGroup var configuration: ConfigurationOptions

    func run() async throws {
        ProcessControl.ignore(signals: [SIGPIPE])
        let settings = try configuration.loadWithTables()
        if let notice = settings.mail.contactNotice { Terminal.say("hubtap: \(notice)") }
        var analysis = FileAnalysis(settings: settings, printsEvents: json)
        var problems: [String] = []
        for file in files {
            do {
                try analysis.read(file)
            } catch let error as CaptureError {
                problems.append("\(file): \(error)")
            }
        }
        // Of what is no capture there is nothing to say but that.
        if analysis.hasCapture { try analysis.finish() }
        for problem in problems { Terminal.say("hubtap: error: \(problem)") }
        if !problems.isEmpty { throw ExitCode(1) }
    }
}
