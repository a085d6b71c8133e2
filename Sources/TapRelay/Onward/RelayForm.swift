/// A way to ask a server to relay, by the names under which relay tests know them.
///
/// The letters and numbers are those of the lists that testers share: A are plain recipients with various senders, B are
/// recipients that hide a second destination, C are recipients that servers read in different ways.
enum RelayForm: String, Hashable, Sendable, Codable, CaseIterable {
    case nullSender = "A1"
    case plain = "A2"
    case localSender = "A3"
    case literalSender = "A4"
    case localhostSender = "A6"
    case bareSender = "A7"
    case postmasterSender = "A8"
    case percentAtLiteral = "B1"
    case percent = "B2"
    case quoted = "B3"
    case quotedPercent = "B4"
    case doubleAtLiteral = "B5"
    case quotedAt = "B6"
    case doubleAt = "B7"
    case routeByLiteral = "B8"
    case route = "B9"
    case bang = "B10"
    case bangAtLiteral = "B11"
    case bangAtName = "B12"
    case emptyDomain = "B13"
    case missingAt = "B14"
    case percentAlone = "B16"
    case longRoute = "B19"
    case bangAndPercent = "B20"
    case trailingDot = "C1"
    case blankInDomain = "C2"
    case foreignLiteral = "C4"
    case escaped = "C8"
    case list = "C10"

    /// True for the forms of a recipient's address; false for plain recipients, which differ by their sender.
    var isExotic: Bool { !rawValue.hasPrefix("A") }

    /// True for those that count as different tries of a relay test.
    var isOfTests: Bool { !rawValue.hasPrefix("C") }
}
