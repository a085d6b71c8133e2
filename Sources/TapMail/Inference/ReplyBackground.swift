/// How long replies are whose texts are not known, by class.
///
/// Broad on purpose: it only has to be there, so that an unknown text does not rule out what was said.
enum ReplyBackground {
    /// A range of lengths and the share of replies that are in it.
    struct Band: Sendable {
        let octets: OctetRange
        let share: Double
    }

    /// The bands of a class; their shares add up to one.
    static func bands(of type: ReplyClass) -> [Band] {
        guard type.isPositive else { return refusals }
        switch type.subject {
        case .greeting: return greetings
        case .hello: return hellos
        case .data: return goAheads
        case .message, .lastChunk: return acceptances
        case .challenge: return challenges
        case .login: return logins
        case .mail, .recipient, .chunk, .reset, .quit, .other: return short
        }
    }

    private static let refusals = [
        Band(octets: OctetRange(12, 30), share: 0.18), Band(octets: OctetRange(31, 80), share: 0.5),
        Band(octets: OctetRange(81, 250), share: 0.27),
        Band(octets: OctetRange(251, 1_000), share: 0.05),
    ]
    private static let greetings = [
        Band(octets: OctetRange(15, 90), share: 0.85),
        Band(octets: OctetRange(91, 250), share: 0.14),
        Band(octets: OctetRange(251, 1_000), share: 0.01),
    ]
    private static let hellos = [
        Band(octets: OctetRange(60, 260), share: 0.85),
        Band(octets: OctetRange(14, 59), share: 0.08),
        Band(octets: OctetRange(261, 1_200), share: 0.07),
    ]
    private static let goAheads = [
        Band(octets: OctetRange(12, 60), share: 0.93),
        Band(octets: OctetRange(61, 120), share: 0.07),
    ]
    private static let acceptances = [
        Band(octets: OctetRange(8, 20), share: 0.15), Band(octets: OctetRange(21, 80), share: 0.65),
        Band(octets: OctetRange(81, 200), share: 0.2),
    ]
    private static let challenges = [
        Band(octets: OctetRange(6, 40), share: 0.6), Band(octets: OctetRange(41, 400), share: 0.4),
    ]
    private static let logins = [
        Band(octets: OctetRange(10, 60), share: 0.95),
        Band(octets: OctetRange(61, 120), share: 0.05),
    ]
    private static let short = [
        Band(octets: OctetRange(8, 20), share: 0.5), Band(octets: OctetRange(21, 60), share: 0.4),
        Band(octets: OctetRange(61, 160), share: 0.1),
    ]
}
