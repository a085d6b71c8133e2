import TapCapture

/// Why evidence could not be kept or read, in words.
public struct EvidenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The class of the failure.
    public enum Code: Hashable, Sendable {
        /// There is no room left on the disk.
        case noRoom
        /// The folder or a file in it cannot be written.
        case notWritable
        /// None of the frames that were asked for is left.
        case noFrames
        /// A key, a record or a signature is not what it should be.
        case malformed
        /// Others than its owner and group may read a private key.
        case exposed
        /// A file cannot be read.
        case unreadable
    }

    /// The class of the failure.
    public var code: Code
    /// What is wrong, where, and what would be right.
    public var description: String

    /// Creates an error.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// What went wrong with the file `name`.
    init(_ error: CaptureError, at name: String) {
        switch error.code {
        case .outOfSpace: self.init(.noRoom, "\(name): the disk is full")
        case .cannotOpen, .writeFailed: self.init(.notWritable, "\(name): \(error)")
        default: self.init(.unreadable, "\(name): \(error)")
        }
    }
}
