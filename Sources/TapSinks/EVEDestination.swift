/// Where EVE events go.
public enum EVEDestination: Hashable, Sendable {
    /// A file that grows; another program may move it away at any time.
    case file(path: String)
    /// The standard output.
    case standardOutput

    /// Reads a path; `-` is the standard output.
    public init(_ text: String) { self = text == "-" ? .standardOutput : .file(path: text) }
}

extension EVEDestination: CustomStringConvertible {
    /// The form that the configuration takes.
    public var description: String {
        switch self {
        case .file(let path): path
        case .standardOutput: "-"
        }
    }
}
