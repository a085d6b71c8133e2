import ArgumentParser
import TapConfig
import TapSinks
import TapStore

/// `hubtap evidence list`: which alerts have evidence.
struct EvidenceList: AsyncParsableCommand {
    /// How many of the newest alerts are looked at.
    private static let limit = 1_000

    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the alerts whose frames were kept, and what became of the files.",
        discussion: """
            Examples:
              hubtap evidence list
              hubtap evidence list --config /etc/hubtap/hubtap.yaml
            One line for each of the newest 1,000 alerts: its name, what became of its evidence, the size, whether the \
            record is signed, and the file; alerts of one connection may share a file. Files of alerts that the store \
            has forgotten follow.
            """
    )

    @OptionGroup var configuration: ConfigurationOptions

    func run() async throws {
        let settings = try configuration.load()
        guard let evidence = settings.evidenceSettings else {
            throw Failure.failed("alerts.evidence is off: no evidence is kept")
        }
        let folder = EvidenceFolder(path: evidence.directory)
        var items: [String: EvidenceFolder.Item] = [:]
        for item in folder.items() { items[item.name] = item }
        let entries = try entries(settings.storePath)
        for entry in entries { print(line(entry, items[entry.file])) }
        let known = Set(entries.map(\.file))
        for item in items.values.sorted(by: { $0.name < $1.name }) where !known.contains(item.name)
        {
            print(row("-", "written", item))
        }
        let octets = items.values.reduce(0) { $0 + $1.octets }
        Terminal.say(
            "hubtap: \(items.count) files, \(octets) octets of \(ByteSize(octets: evidence.keep)), in \(folder.path)"
        )
    }

    private func entries(_ path: String) throws(Failure) -> [EvidenceEntry] {
        do throws(StoreError) {
            let store = try Store(reading: path)
            defer { store.close() }
            return try store.evidence(limit: Self.limit)
        } catch {
            guard error.code == .missing else { throw .failed("\(error)") }
            return []
        }
    }

    private func line(_ entry: EvidenceEntry, _ item: EvidenceFolder.Item?) -> String {
        if let item { return row(entry.alert, "written", item) }
        switch entry.state {
        case .pending: return "\(entry.alert)  pending  \(entry.file)"
        case .written: return "\(entry.alert)  missing  \(entry.file): it was deleted or moved"
        case .failed: return "\(entry.alert)  failed   \(entry.reason ?? "for an unknown reason")"
        case .deleted: return "\(entry.alert)  deleted  \(entry.file): \(entry.reason ?? "")"
        }
    }

    private func row(_ alert: String, _ state: String, _ item: EvidenceFolder.Item) -> String {
        "\(alert)  \(state)  \(item.octets) octets  \(item.isSigned ? "signed" : "unsigned")  \(item.name)"
    }
}
