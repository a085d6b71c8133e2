public import SystemPackage

/// Why a ring could not be made, taken over or read.
public struct RingError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        /// There is no file at the path.
        case notFound
        /// The file is something else.
        case notARing
        /// The ring has another version of the layout.
        case otherVersion(found: UInt32)
        /// The ring in this place has another size; both are in octets of the file.
        case otherSize(found: Int, wanted: Int)
        /// The ring in this place keeps another length of each frame.
        case otherSnapLength(found: Int, wanted: Int)
        /// The ring in this place belongs to other ports.
        case otherPorts(found: [String], wanted: [String])
        /// Another process writes into the ring.
        case inUse(processID: Int32)
        /// A new ring has been made at the path: open it again.
        case replaced
        /// The file is shorter than its header says.
        case truncated(found: Int, wanted: Int)
        /// The header or the blocks contradict themselves.
        case damaged
        /// The file system has less room than the ring needs, in octets.
        case noSpace(available: Int, wanted: Int)
        /// There is less free memory than the ring needs, in octets.
        case noMemory(available: Int, wanted: Int)
        /// The configuration asks for what cannot be.
        case invalid(reason: String)
        /// The kernel refused.
        case system(Errno)
    }

    /// What is wrong.
    public var code: Code
    /// The file in question.
    public var path: String

    /// Creates an error about the ring at `path`.
    public init(_ code: Code, path: String) {
        self.code = code
        self.path = path
    }
}

extension RingError: CustomStringConvertible {
    /// What was found and what to do about it, in one or two sentences.
    public var description: String {
        let advice = advice
        let sentence = [advice.problem, advice.remedy].filter { !$0.isEmpty }
        return "ring \(path): \(sentence.joined(separator: "; "))"
    }
}

extension RingError {
    /// True for a ring of ours that may be thrown away when that was asked for.
    var isReplaceable: Bool {
        switch code {
        case .otherVersion, .otherSize, .otherSnapLength, .otherPorts, .truncated, .damaged: true
        case .notFound, .notARing, .inUse, .replaced, .noSpace, .noMemory, .invalid, .system: false
        }
    }
}
