import Glibc
import SystemPackage
import TapLinux
import TapPlane
import TapWire

do {
    switch try HubCommand(parsing: Array(CommandLine.arguments.dropFirst())) {
    case .run(let options): try Hub.run(options)
    case .restore(let directory): try Hub.restore(stateDirectory: directory)
    case .version:
        try StandardStreams.write("hubtap-hub \(HubtapVersion.text)\n", to: .standardOutput)
    case .help: try StandardStreams.write(HubCommand.usage + "\n", to: .standardOutput)
    }
    exit(ExitStatus.done)
} catch {
    Hub.complain("error: \(error)")
    exit(ExitStatus.of(error))
}
