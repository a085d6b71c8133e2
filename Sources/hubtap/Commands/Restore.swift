import ArgumentParser
import TapConfig
import TapLinux

/// `hubtap restore`: takes every kernel change of hubtap off the ports again.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put the ports back as they were before hubtap took them.",
        discussion: """
            Example:
              sudo hubtap restore
            Needed after a crash or kill -9, and after an end that was to keep the ports: --on-exit keep, which a hub \
            that a service manager started has for its default. Refused for ports that a running hub holds.
            """
    )

    @Option(help: "Where the ports' original state was noted.", completion: .directory)
    var stateDirectory: String = HubtapConfiguration.defaultStateDirectory

    func run() async throws {
        let program = try Programs.hub()
        let error = ProcessControl.replace(
            with: program,
            arguments: ["--restore", "--state-directory", stateDirectory]
        )
        throw Failure.failed("\(program) cannot be started: \(error)")
    }
}
