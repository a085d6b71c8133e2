import Foundation

/// Why lines could not be appended.
struct EVEFileError: Error, Hashable {
    /// True if there was no room left.
    var isOutOfSpace: Bool
    /// What the kernel said.
    var detail: String
    /// How many lines stand in the file all the same, from the first on.
    var writtenLines = 0

    init(_ error: any Error) {
        let cocoa = error as? CocoaError
        let posix = cocoa?.underlying as? POSIXError ?? error as? POSIXError
        let codes: [POSIXErrorCode] = [.ENOSPC, .EDQUOT]
        isOutOfSpace =
            cocoa?.code == .fileWriteOutOfSpace || posix.map { codes.contains($0.code) } ?? false
        detail = posix?.localizedDescription ?? "\(error)"
    }

    init(detail: String) {
        isOutOfSpace = false
        self.detail = detail
    }
}

/// What lines are appended to.
enum EVEOutput: Sendable {
    case file(EVEFile)
    case standardOutput

    /// Appends `lines`, each with a line end.
    mutating func append(_ lines: [Data]) -> Result<Void, EVEFileError> {
        do {
            switch self {
            case .file(var file):
                defer { self = .file(file) }
                try file.append(lines)
            case .standardOutput:
                try FileHandle.standardOutput.write(contentsOf: lines.joinedLines)
            }
            return .success(())
        } catch {
            return .failure(error as? EVEFileError ?? EVEFileError(error))
        }
    }
}

extension Sequence<Data> {
    /// The elements with a line end behind each.
    var joinedLines: Data {
        reduce(into: Data()) { text, line in
            text += line
            text.append(UInt8(ascii: "\n"))
        }
    }
}
