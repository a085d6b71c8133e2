import ArgumentParser
import Foundation
import TapConfig
import TapPlane
import TapRing

/// `hubtap run`: hub, ring, observers and sinks as one supervised process tree.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Everything: forward, record, watch the mail and alert.",
        discussion: """
            Examples:
              sudo hubtap run eth0 eth1
              sudo hubtap run eth0 eth1 --syslog udp://192.0.2.10:514 --eve -
              sudo hubtap run --config /etc/hubtap/hubtap.yaml
            SIGTERM and SIGINT end it within two seconds; its last words are what it leaves on the ports. Started by hand \
            it puts them back; started by a service manager it keeps them joined, so that frames go on crossing in \
            the kernel while the service is started again (--on-exit). SIGHUP reads the configuration again (a bad \
            file is refused and the old one stays). Killed, it does not cut the wire: frames go on crossing, and the next \
            run takes over what it finds on the ports.
            """
    )

    @OptionGroup var ports: PortOptions
    @OptionGroup var sinks: SinkOptions

    func run() async throws {
        let settings = try ports.load()
        _ = try sinks.applied(to: settings)
        // The observer opens them for itself; what it would refuse is refused before a port is touched.
        _ = try Failure.rethrow(as: 2) { try settings.opened() }
        var hub = ports.hub(settings)
        hub.supervisor = ProcessInfo.processInfo.processIdentifier
        hub.readyDescriptor = 1
        let supervisor = Supervisor(
            hub: ChildProcess(executable: try Programs.hub(), arguments: hub.arguments),
            observer: ChildProcess(
                executable: Programs.own,
                arguments: observeArguments(settings.ring.path)
            )
        )
        try await Services.run(supervisor) { supervisor.reload() }
    }

    private func observeArguments(_ ringPath: String) -> [String] {
        ["observe", "--supervisor", "\(ProcessInfo.processInfo.processIdentifier)"]
            + ["--ring", ringPath]
            + ports.configuration.arguments + sinks.arguments
    }
}
