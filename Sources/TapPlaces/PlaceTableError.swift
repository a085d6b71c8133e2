public import SystemPackage

/// Why a table of addresses cannot be used.
public struct PlaceTableError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        /// It cannot be opened or read; what the system said.
        case unreadable(Errno)
        /// It has more octets than `PlaceTable.maximumByteCount`.
        case tooLarge
        /// It was copied, and the copy cannot be opened by its descriptor: `/proc` is not mounted, or not whole.
        case noDescriptors
        /// It is none in MaxMind's format, or it is damaged.
        case noTable
        /// Of its records that were looked at none holds a country, a city or an operator.
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
        case .noDescriptors:
            "\(path) was read, but its copy in memory cannot be opened by \(PrivateCopy.descriptors)"
        case .noTable: "\(path) is no table in MaxMind's DB format, or is damaged"
        case .nothingOfUse: "\(path) holds neither countries nor cities nor operators"
        }
    }

    /// What would be right.
    public var remedy: String {
        switch code {
        case .unreadable, .tooLarge, .noTable, .nothingOfUse:
            "a readable .mmdb file of countries, cities or operators is expected"
        case .noDescriptors:
            "the file is right: /proc must be mounted where hubtap runs (mount -t proc proc /proc)"
        }
    }
}
