import Foundation
import TapRing
import TapWire
import Yams

extension HubtapConfiguration {
    /// The most octets a configuration file may have.
    private static let maximumByteCount = 1 << 20

    /// Reads and checks the file at `path`.
    ///
    /// - Throws: the first mistake, with its place and what would be right.
    public init(contentsOf path: String) throws(ConfigurationError) {
        try self.init(yaml: try Self.text(of: path), file: path)
    }

    /// Reads and checks `yaml`; `file` is its name in messages.
    ///
    /// - Throws: the first mistake, with its place and what would be right.
    public init(yaml: String, file: String) throws(ConfigurationError) {
        self.init()
        guard let root = try Self.compose(yaml, file: file) else { return }
        try read(ConfigurationNode(node: root, file: file, key: ""))
    }

    /// The values of a file, not looked at yet; nil if there are none.
    static func compose(_ yaml: String, file: String) throws(ConfigurationError) -> Node? {
        do {
            return try Yams.compose(yaml: yaml)
        } catch {
            throw syntaxError(error, file: file)
        }
    }

    /// The text of the file at `path`.
    static func text(of path: String) throws(ConfigurationError) -> String {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            let octets = try file.read(upToCount: maximumByteCount + 1) ?? Data()
            guard octets.count <= maximumByteCount else { throw CocoaError(.fileReadTooLarge) }
            return String(decoding: octets, as: UTF8.self)
        } catch {
            throw ConfigurationError(
                code: .unreadable,
                file: path,
                key: "",
                problem: FileManager.default.fileExists(atPath: path)
                    ? "cannot be read: \(error.localizedDescription)" : "there is no such file",
                remedy: "name a readable YAML file with --config"
            )
        }
    }

    private static func syntaxError(_ error: any Error, file: String) -> ConfigurationError {
        var line: Int?
        var problem = "\(error)"
        if let error = error as? YamlError {
            switch error {
            case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _),
                .composer(_, let text, let mark, _):
                line = mark.line
                problem = text
            case .duplicatedKeysInMapping(let duplicates, let context):
                line = context.mark.line
                problem =
                    "the key \(duplicates.map { "\($0)" }.joined(separator: ", ")) stands twice"
            default: break
            }
        }
        return ConfigurationError(
            code: .syntax,
            file: file,
            line: line,
            key: "",
            problem: "is not valid YAML: \(problem)",
            remedy: "mind the indentation, and quote values that hold \": \" or begin with a sign"
        )
    }
}
