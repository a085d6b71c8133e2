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

/// A count that is redrawn in place on a terminal, for work that takes more than two seconds.
struct Progress {
    private let label: String
    private let isShown: Bool
    private var drawn: ContinuousClock.Instant
    private var hasDrawn = false

    /// Nothing is drawn before two seconds have gone by, and never where standard error is no terminal.
    init(_ label: String) {
        self.label = label
        isShown = Terminal.isErrorTerminal
        drawn = .now + .seconds(2)
    }

    /// Redraws at most ten times a second; `fraction` is nil where the end is not known.
    mutating func update(_ words: @autoclosure () -> String, fraction: @autoclosure () -> Double?) {
        guard isShown, .now >= drawn else { return }
        drawn = .now + .milliseconds(100)
        hasDrawn = true
        var bar = ""
        if let fraction = fraction() {
            let filled = Int(24 * min(1, max(0, fraction)))
            let dots = String(repeating: "#", count: filled)
            bar = " [" + dots + String(repeating: ".", count: 24 - filled) + "]"
        }
        let line = "\r\u{1B}[K\(label)\(bar) \(words())"
        FileHandle.standardError.write(Data(line.utf8))
    }

    /// Takes the bar off the screen.
    mutating func clear() {
        guard hasDrawn else { return }
        hasDrawn = false
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }
}
