import TapRelay

extension [Knowledge] {
    /// Columns of the table.
    private static let width = 100

    /// What was learned, a line each with why it is thought below it; nothing where nothing was learned.
    func lines(hasColour: Bool) -> [String] {
        guard !isEmpty else { return [] }
        let title = Style.bold("LEARNED FROM THE TRAFFIC, AND WHY", when: hasColour)
        return ["", title]
            + flatMap { item in
                let head = "\(item.name)  \(item.role)"
                return [head] + Self.wrapped(item.why).map { Style.dim("  " + $0, when: hasColour) }
            }
    }

    /// The words of `text` in lines that fit behind two blanks.
    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count + 3 <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append("\(word.prefix(width - 2))")
            }
        }
        return lines
    }
}
