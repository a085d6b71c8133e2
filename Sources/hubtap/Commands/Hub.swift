import ArgumentParser
import TapConfig
import TapLinux
import TapPlane

/// `hubtap hub`: becomes the hub program, without observers.
struct Hub: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub",
        abstract: "Only the hub: forward every frame and mirror it to the ring.",
        discussion: """
            Examples:
              sudo hubtap hub eth0 eth1
              sudo hubtap hub eth0 eth1 --monitor eth2 --ring-size 1GiB
            This is the one process with network privileges. `hubtap observe` reads its ring.
            """
    )

    @OptionGroup var options: PortOptions

    func run() async throws {
        let settings = try options.load()
        let program = try Programs.hub()
        let error = ProcessControl.replace(
            with: program,
            arguments: options.hub(settings).arguments
        )
        throw Failure.failed("\(program) cannot be started: \(error)")
    }
}
