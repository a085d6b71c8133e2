import TapWire

/// Texts of a table, whose makers mean well and whose file may be anything.
enum PlaceText {
    /// The text without what moves a cursor or turns the reading order, cut; nil if nothing is left.
    static func harmless(_ text: String) -> String? {
        let scalars = text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        let harmless = String(String.UnicodeScalarView(scalars))
        guard harmless.contains(where: { !$0.isWhitespace }) else { return nil }
        return String(wire: harmless, limit: PlaceTables.maximumTextOctets)
    }
}
