import TapObserve

/// The first line of one side of a flow whose protocol is not known yet.
enum OpeningLine {
    /// It has not ended yet.
    case pending
    /// The line without its LF.
    case line([UInt8])
    /// It is too long, or no text.
    case foreign

    /// Octets after which a line without end is foreign.
    private static let longestLine = 1_024

    /// Looks at what one side said first.
    init(_ octets: Span<UInt8>) {
        guard let end = octets.indices.first(where: { octets[$0] == 0x0A }) else {
            let isForeign = octets.count > Self.longestLine || !Self.isText(octets)
            self = isForeign ? .foreign : .pending
            return
        }
        var line: [UInt8] = []
        line.append(octets.extracting(first: end), limit: Self.longestLine)
        self = .line(line)
    }

    private static func isText(_ octets: Span<UInt8>) -> Bool {
        octets.indices.allSatisfy { (0x20...0x7E).contains(octets[$0]) || octets[$0] == 0x0D }
    }
}
