import ArgumentParser
import Foundation
import TapWire

/// The command `hubtap`.
@main
struct Hubtap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hubtap",
        abstract:
            "A hub with a memory: forwards every frame, keeps a copy, and tells when mail is abused.",
        discussion: """
            Examples:
              sudo hubtap check eth0 eth1            what stands in the way, and the fix of each
              sudo hubtap run eth0 eth1              forward, record, watch the mail and alert
              hubtap watch                           mail dialogues and alerts in plain words
              hubtap mail --servers                  the mail servers: is it fixed?
              hubtap dump -w last.pcapng --last 5m   the last five minutes for Wireshark
              hubtap analyze capture.pcapng          the same rules over a capture file
            """,
        version: HubtapVersion.text,
        // Each says its own name: the parser would take as long to make names of types as for all else.
        subcommands: [
            Run.self, Hub.self, Observe.self, Analyze.self, Judge.self, Dump.self, Follow.self,
            Watch.self, Mail.self, Alerts.self, Status.self, Evidence.self, Check.self,
            Restore.self, Extcap.self,
        ]
    )

    static func main() async {
        do {
            var command = try parseAsRoot(arguments)
            try (command as? Observe)?.becomeChild()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            finish(with: error)
        }
    }

    /// What was asked for; Wireshark starts a program in its extcap folder with options alone and no command.
    private static var arguments: [String] {
        let given = Array(CommandLine.arguments.dropFirst())
        guard let first = given.first, first == "--capture" || first.hasPrefix("--extcap-") else {
            return given
        }
        return ["extcap"] + given
    }

    /// Says what went wrong on standard error and ends with CONTRACT's exit code: 1 failed, 2 wrong usage.
    private static func finish(with error: any Error) -> Never {
        if let failure = error as? Failure {
            if !failure.message.isEmpty { Terminal.say("hubtap: error: \(failure.message)") }
            Foundation.exit(failure.exitCode)
        }
        let code = exitCode(for: error)
        if code == .success || error is ExitCode { exit(withError: error) }
        Terminal.say(fullMessage(for: error))
        Foundation.exit(code == .validationFailure ? 2 : 1)
    }
}
