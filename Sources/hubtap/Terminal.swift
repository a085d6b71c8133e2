import Foundation

/// Words on standard error, data on standard output, colour only where it is welcome.
enum Terminal {
    /// Writes a line of words to standard error.
    static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// Draws on the terminal that standard output is, without a line end.
    static func draw(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    /// True if standard input is a terminal, at which somebody sits.
    static var isInputTerminal: Bool { isatty(FileHandle.standardInput.fileDescriptor) == 1 }

    /// True if standard error is a terminal, so that progress may be drawn.
    static var isErrorTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

    /// True if standard output is a terminal.
    static var isOutputTerminal: Bool { isatty(FileHandle.standardOutput.fileDescriptor) == 1 }

    /// True if colour may be used on standard output (https://no-color.org).
    static var hasColour: Bool {
        isOutputTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    }
}

/// A look of text on a terminal.
enum Style: String {
    case bold = "1"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case dim = "2"

    /// `text` in this style, or plain where colour is not welcome.
    func callAsFunction(_ text: String, when enabled: Bool) -> String {
        enabled ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }
}
