/// Why a configuration was refused: what is wrong, where, and what would be right.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of mistake it is.
    public enum Code: Hashable, Sendable {
        /// The file cannot be read.
        case unreadable
        /// The file is not YAML.
        case syntax
        /// A key that hubtap does not know.
        case unknownKey
        /// A value of the wrong kind or out of range.
        case badValue
        /// A key or value that this version does not serve.
        case unsupported
    }

    /// What kind of mistake it is.
    public var code: Code
    /// The file, or nil when the value came from the command line.
    public var file: String?
    /// The line in the file, from 1.
    public var line: Int?
    /// The key with the keys above it, such as `mail.ports`; empty for the whole file.
    public var key: String
    /// What is wrong, in words that follow the key.
    public var problem: String
    /// What would be right.
    public var remedy: String

    /// Creates an error.
    public init(
        code: Code,
        file: String? = nil,
        line: Int? = nil,
        key: String,
        problem: String,
        remedy: String
    ) {
        self.code = code
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem
        self.remedy = remedy
    }

    /// `FILE:LINE: KEY: PROBLEM; REMEDY`.
    public var description: String {
        var place = file ?? ""
        if let line { place += ":\(line)" }
        let parts = [place, key, remedy.isEmpty ? problem : "\(problem); \(remedy)"]
        return parts.filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
