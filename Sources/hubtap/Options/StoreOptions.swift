import ArgumentParser
import TapConfig
import TapStore

/// Which store to read the history from.
struct StoreOptions: ParsableArguments {
    @Option(help: "The store. Default: store of the configuration.", completion: .file())
    var store: String?

    @OptionGroup var configuration: ConfigurationOptions

    /// The store, opened for looking: whoever writes to it goes on.
    func open() throws(Failure) -> Store {
        let path = try self.path
        return try Failure.rethrow(as: 1) { try Store(reading: path) }
    }

    /// The store, opened for what a person says of alerts: whoever else writes to it goes on.
    func openForNotes() throws(Failure) -> Store {
        let path = try self.path
        // Never made here: a wrong path would look as if there were no alerts.
        return try Failure.rethrow(as: 1) {
            try Store(reading: path).close()
            return try Store(path: path)
        }
    }

    private var path: String {
        get throws(Failure) {
            if let store { return store }
            return try configuration.load().storePath
        }
    }
}
