import Foundation

/// What keeping evidence would meet, looked at without changing anything.
public struct EvidenceOutlook: Hashable, Sendable {
    /// What is to be said of the folder.
    public enum Folder: Hashable, Sendable {
        /// It is there and may be written.
        case ready
        /// It is not there, and would be made in `nearest`, the closest folder above it that is.
        case missing(nearest: String)
        /// What is at this path, the folder's or one above it, is no folder.
        case blocked(by: String)
        /// The user of this process may not write in the folder at this path, the one meant or the closest above it.
        case notWritable(String)
    }

    /// What is to be said of the folder.
    public var folder: Folder
    /// Why records could not be signed; nil if they can be, or no key is named.
    public var keyError: EvidenceError?

    /// Looks at the folder and the key that `configuration` names, as the user of this process.
    public init(of configuration: EvidenceConfiguration) {
        self.init(of: configuration) { FileManager.default.isWritableFile(atPath: $0) }
    }

    /// Looks as a user who may write in those folders for which `mayWrite` is true.
    package init(of configuration: EvidenceConfiguration, mayWrite: (String) -> Bool) {
        folder = Self.look(at: configuration.directory, mayWrite)
        guard let key = configuration.key else { return }
        do throws(EvidenceError) {
            _ = try EvidenceKey(contentsOf: key)
        } catch {
            keyError = error
        }
    }

    private static func look(at path: String, _ mayWrite: (String) -> Bool) -> Folder {
        let meant = URL(fileURLWithPath: path)
        var place = meant
        var isFolder = false
        while !FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) {
            // The root is always there.
            guard place.path != "/" else { return .notWritable(place.path) }
            place.deleteLastPathComponent()
        }
        if !isFolder { return .blocked(by: place.path) }
        if !mayWrite(place.path) { return .notWritable(place.path) }
        return place.path == meant.path ? .ready : .missing(nearest: place.path)
    }
}
