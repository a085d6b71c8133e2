import SystemPackage
import TapLinux

/// What hubs that are gone have left: the journals of ports that no hub works on.
struct JournalReview {
    /// What the journals say, those of running hubs too.
    private(set) var texts: [JournalText] = []
    /// What is wrong with the directory or with journals in it; a hub refuses to start for these.
    private(set) var mistakes: [PlaneError] = []
    private let directory: String

    /// Reads the journals of this thread's network namespace.
    init(directory: String) {
        self.directory = directory
        do throws(PlaneError) {
            for path in try StateJournal.paths(in: directory) { read(path) }
        } catch {
            mistakes.append(error)
        }
    }

    private mutating func read(_ path: FilePath) {
        do throws(PlaneError) {
            if let found = try StateJournal.read(path) { texts.append(found.text) }
        } catch {
            mistakes.append(error)
        }
    }

    /// Everything that is worth saying.
    var findings: [SetupFinding] {
        mistakes.map { SetupFinding($0) }
            + texts.filter { InterfaceLock.owner(ofInterface: $0.port) == nil }.map(abandoned)
    }

    private func abandoned(_ text: JournalText) -> SetupFinding {
        let count = text.changes.count
        let options =
            directory == PlaneConfiguration.defaultStateDirectory
            ? "" : " --state-directory \(directory)"
        return SetupFinding(
            .warning,
            "journal-left",
            text.port,
            "a hub that was killed, or told to keep its ports, left \(count) changes on it",
            fix: "put it back as it was; the next hub on this port would do so when it ends",
            command: "hubtap restore\(options)"
        )
    }
}
