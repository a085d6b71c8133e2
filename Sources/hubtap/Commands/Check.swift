import ArgumentParser
import Foundation
import TapConfig
import TapPlane
import TapRing
import TapWire

/// `hubtap check`: every set-up mistake with its fix, before anything is touched.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Find set-up mistakes and name the fix of each, before anything is touched.",
        discussion: """
            Examples:
              sudo hubtap check eth0 eth1
              sudo hubtap check --config /etc/hubtap/hubtap.yaml
              sudo hubtap check eth0 eth1 --json | jq -r '.findings[].command // empty'
            Takes the words of `hubtap run` and changes nothing. A mistake is what
            `hubtap run` would refuse; warnings and notes are worth knowing. What the
            kernel can do is tried in a network namespace of its own, as root.
            Exit codes: 0 no mistake (warnings allowed); 2 wrong usage or unreadable
            configuration; 3 a mistake was found.
            """
    )

    @Flag(help: "One JSON object: ok, findings, and what passed.")
    var json = false

    @OptionGroup var options: PortOptions

    func run() async throws {
        let (configured, mistakes) = try options.configuration.review()
        let settings = try options.applied(to: configured)
        guard !settings.ports.isEmpty || !mistakes.isEmpty else { throw PortOptions.noPorts }
        let hub = options.hub(settings)
        var report = SetupReport()
        report.add(configuration: mistakes, path: options.configuration.path)
        report.add(SetupCheck.report(on: hub.plane))
        report.add(ring: settings.ring, of: hub)
        report.add(evidenceOf: settings)
        report.add(contactsOf: settings)
        report.add(tablesOf: settings, at: .now)
        if json {
            print(try Self.line(for: report))
        } else {
            let text = SetupText(report: report, hasColour: Terminal.hasColour)
            for line in text.lines { print(line) }
        }
        guard report.isOK else { throw ExitCode(3) }
    }

    private static func line(for report: SetupReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}
