import ArgumentParser
import Foundation
import TapConfig
import TapRing

/// Which configuration file to read.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .long,
        help:
            "The configuration file. Default: \(HubtapConfiguration.defaultPath), if there is one.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var config: String?

    /// The configuration: from the file that was named, else from the usual place, else the defaults.
    func load() throws(Failure) -> HubtapConfiguration {
        guard let path else { return .init() }
        return try Failure.rethrow(as: 2) { try HubtapConfiguration(contentsOf: path) }
    }

    /// The same with its tables of addresses open, for who asks the rules.
    func loadWithTables() throws(Failure) -> HubtapConfiguration {
        let settings = try load()
        return try Failure.rethrow(as: 2) { try settings.opened() }
    }

    /// The configuration as far as the file is right, and every mistake in it.
    func review() throws(Failure) -> (settings: HubtapConfiguration, mistakes: [ConfigurationError])
    {
        guard let path else { return (.init(), []) }
        return try Failure.rethrow(as: 2) { try HubtapConfiguration.reading(path) }
    }

    /// The file to read; nil if none was named and there is none in the usual place.
    var path: String? {
        if let config { return config }
        let path = HubtapConfiguration.defaultPath
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// The options that make another hubtap read the same file.
    var arguments: [String] { config.map { ["--config", $0] } ?? [] }
}

/// Which ring to read.
struct RingOptions: ParsableArguments {
    @Option(help: "The mirror ring. Default: ring.path of the configuration.", completion: .file())
    var ring: String?

    @OptionGroup var configuration: ConfigurationOptions

    /// The ring's path.
    func path() throws(Failure) -> String {
        if let ring { return ring }
        return try configuration.load().ring.path
    }
}
