import ArgumentParser
import TapConfig
import TapSinks

/// Where events and alerts go, on top of the configuration.
struct SinkOptions: ParsableArguments {
    @Option(
        help: "Write events as EVE JSON lines to this file; '-' is standard output.",
        completion: .file(extensions: ["json"])
    )
    var eve: String?

    @Option(
        help:
            "Send alerts to this collector: unix:/dev/log, udp://host:514 or tcp://host:601; can be repeated."
    )
    var syslog: [String] = []

    @Option(help: "The file of the store: outboxes, checkpoints, history.", completion: .file())
    var store: String?

    /// `settings` with these options on top of them.
    func applied(to settings: HubtapConfiguration) throws(Failure) -> HubtapConfiguration {
        var settings = settings
        if let eve { settings.sinks.eve = EVEDestination(eve) }
        if !syslog.isEmpty {
            settings.sinks.syslog = []
            for text in syslog {
                let destination = try Failure.rethrow(as: 2) { try SyslogDestination(text) }
                settings.sinks.syslog.append(destination)
            }
        }
        if let store { settings.storePath = store }
        return settings
    }

    /// The same options for another hubtap.
    var arguments: [String] {
        var words = eve.map { ["--eve", $0] } ?? []
        for text in syslog { words += ["--syslog", text] }
        if let store { words += ["--store", store] }
        return words
    }
}
