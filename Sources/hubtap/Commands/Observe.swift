import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import TapConfig
import TapLinux
import UnixSignals

/// `hubtap observe`: observers and sinks over a live ring.
struct Observe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "observe",
        abstract: "Only the observers and sinks, reading a live ring.",
        discussion: """
            Examples:
              hubtap observe
              hubtap observe --ring /dev/shm/hubtap/ring --eve - --store /tmp/hubtap.sqlite
            Needs no privilege but read access to the ring. Killed at any moment it goes on where it was. \
            SIGHUP reads the configuration again.
            """
    )

    @OptionGroup var ring: RingOptions
    @OptionGroup var sinks: SinkOptions

    @Option(help: .hidden)
    var supervisor: Int32?

    func run() async throws {
        let (options, sinks) = (ring.configuration, sinks)
        let service = ObserverService(path: try ring.path(), logger: Log.standardError) {
            try sinks.applied(to: try options.loadWithTables())
        }
        try await Services.run(service) { service.reload() }
    }

    /// Ends with the supervisor, lets the hub go first, and gives up every privilege that was left to us.
    ///
    /// To be called before there is a second thread: capabilities and priorities belong to threads.
    func becomeChild() throws {
        guard let supervisor else { return }
        try ProcessControl.signal(SIGTERM, atEndOf: supervisor)
        do {
            try ProcessControl.giveWay()
        } catch {
            // Better to watch in the hub's way than not to watch.
            Terminal.say("hubtap: the observer cannot give way to the hub: \(error)")
        }
        try CapabilitySet(of: []).keepOnlyThese()
    }
}
