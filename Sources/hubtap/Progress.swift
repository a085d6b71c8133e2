import Foundation

/// A bar or a count that is redrawn in place on a terminal, for work that takes more than two seconds.
struct Progress {
    private let label: String
    private let isShown: Bool
    private let began = ContinuousClock.now
    private var drawn: ContinuousClock.Instant
    private var hasDrawn = false

    /// Nothing is drawn before two seconds have gone by, and never where standard error is no terminal.
    init(_ label: String) {
        self.label = label
        isShown = Terminal.isErrorTerminal
        drawn = began + .seconds(2)
    }

    /// Redraws at most ten times a second; `fraction` is nil where the end is not known.
    mutating func update(_ words: @autoclosure () -> String, fraction: @autoclosure () -> Double?) {
        guard isDue else { return }
        let fraction = fraction().map { min(1, max(0, $0)) }
        draw(words(), fraction)
    }

    /// The same of octets, with how many there are in a second.
    mutating func update(
        _ words: @autoclosure () -> String,
        octets: @autoclosure () -> UInt64,
        of total: UInt64?
    ) {
        guard isDue else { return }
        let octets = octets()
        let whole = total.map { " of \(Self.mebibytes($0))" } ?? ""
        let rate = Double(octets) / max(0.001, elapsed)
        let text =
            "\(Self.mebibytes(octets))\(whole), \(Self.mebibytes(UInt64(rate)))/s, \(words())"
        draw(text, total.map { min(1, Double(octets) / Double(max(1, $0))) })
    }

    /// Takes the bar off the screen.
    mutating func clear() {
        guard hasDrawn else { return }
        hasDrawn = false
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }

    private var isDue: Bool { isShown && .now >= drawn }

    /// Seconds since the work began.
    private var elapsed: Double { (ContinuousClock.now - began) / .seconds(1) }

    private mutating func draw(_ words: String, _ fraction: Double?) {
        drawn = .now + .milliseconds(100)
        hasDrawn = true
        var (bar, rest) = ("", "")
        if let fraction {
            let filled = Int(24 * fraction)
            let dots = String(repeating: "#", count: filled)
            bar = " [" + dots + String(repeating: ".", count: 24 - filled) + "]"
            if fraction > 0 { rest = ", \(Int(elapsed * (1 - fraction) / fraction) + 1) s left" }
        }
        let line = "\r\u{1B}[K\(label)\(bar) \(words)\(rest)"
        FileHandle.standardError.write(Data(line.utf8))
    }

    private static func mebibytes(_ octets: UInt64) -> String { "\(octets >> 20) MiB" }
}
