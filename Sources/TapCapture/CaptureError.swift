public import SystemPackage

/// Why a capture could not be read or written any further.
public struct CaptureError: Error, Hashable, Sendable {
    /// The class of the failure.
    public enum Code: String, Hashable, Sendable {
        /// The file could not be opened or made.
        case cannotOpen
        /// The system refused to read.
        case readFailed
        /// There is not one octet in it.
        case empty
        /// The octets are those of some other kind of file.
        case foreign
        /// The file is compressed and must be unpacked first.
        case compressed
        /// The file ends in the middle of a header, a record or a block.
        case truncated
        /// A length or a number in the file cannot be true.
        case malformed
        /// The file says that it has a version this program does not know.
        case unsupportedVersion
        /// A section describes more interfaces than `CaptureLimits.maximumInterfaceCount`.
        case tooManyInterfaces

        /// The reader of the pipe or socket has gone away; what it got ends with a whole block.
        case brokenPipe
        /// The file system is full, or a quota or file size limit is reached.
        case outOfSpace
        /// The system refused to write for another reason.
        case writeFailed
        /// A frame names an interface that the writer was not opened with.
        case unknownInterface
        /// A frame has another link type than its interface.
        case wrongLinkType
        /// The writer was finished before.
        case finished
    }

    /// The class of the failure.
    public var code: Code
    /// Where in the input the damaged header, record or block begins.
    ///
    /// When writing: how many octets stand in the output; they are a valid capture.
    public var offset: UInt64
    /// How many octets there should be from `offset` on, when that is what is wrong.
    public var required: UInt64?
    /// How many octets there are from `offset` on, when that is what is wrong.
    public var available: UInt64?
    /// What the system said.
    public var errno: Errno?
    /// What is wrong, in plain words without the figures; never text out of the file.
    public var problem: String

    /// Creates an error.
    public init(
        code: Code,
        offset: UInt64,
        required: UInt64? = nil,
        available: UInt64? = nil,
        errno: Errno? = nil,
        problem: String
    ) {
        self.code = code
        self.offset = offset
        self.required = required
        self.available = available
        self.errno = errno
        self.problem = problem
    }
}

extension CaptureError: CustomStringConvertible {
    /// What is wrong, where, and how much, in plain words for standard error.
    public var description: String {
        var text = problem
        if let required, let available {
            text += ": \(required) octets needed, \(available) there"
        }
        if let errno { text += ": \(errno)" }
        switch code {
        case .truncated, .malformed, .unsupportedVersion, .tooManyInterfaces, .readFailed:
            text += " (at octet \(offset))"
        case .brokenPipe, .outOfSpace, .writeFailed:
            text += " (after \(offset) octets)"
        case .cannotOpen, .empty, .foreign, .compressed, .unknownInterface, .wrongLinkType,
            .finished:
            break
        }
        return text
    }
}
