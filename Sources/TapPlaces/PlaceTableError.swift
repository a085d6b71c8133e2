public import SystemPackage

/// Why a table of addresses cannot be used.
public struct PlaceTableError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        /// It cannot be opened or read; what the system said.
        case unreadable(Errno)
        /// It has more octets than `PlaceTable.maximumByteCount`.
        case tooLarge
        /// It is none in MaxMind's format, or it is damaged.
        case noTable
        /// It holds neither countries nor cities nor operators.
        case nothingOfUse
    }

    /// What is wrong.
    public var code: Code
    /// The file, as it was named.
    public var path: String

    /// Creates an error.
    public init(code: Code, path: String) {
        self.code = code
        self.path = path
    }
}

extension PlaceTableError: CustomStringConvertible {
    /// What is wrong, with the file.
    public var description: String {
        switch code {
        case .unreadable(let errno): "\(path) cannot be read: \(errno)"
        case .tooLarge: "\(path) has more than \(PlaceTable.maximumByteCount >> 20) MiB"
        case .noTable: "\(path) is no table in MaxMind's DB format, or is damaged"
        case .nothingOfUse: "\(path) holds neither countries nor cities nor operators"
        }
    }
}
