/// How long a client's commands are, their line ends included.
struct ClientLengths: Sendable {
    /// Ranges of lengths and the share of commands that are in each.
    private let bands: [(octets: OctetRange, share: Double)]
    /// The length is so much more than a multiple of four (base64), if that holds.
    private let remainder: Int?

    private init(_ bands: [(OctetRange, Double)], remainder: Int? = nil) {
        self.bands = bands.map { (octets: $0.0, share: $0.1) }
        self.remainder = remainder
    }

    /// How likely a command is to have a length in `measured`.
    func likelihood(of measured: OctetRange) -> Double {
        let share = bands.reduce(0) { $0 + $1.share * $1.octets.likelihood(of: measured) }
        guard let remainder, measured.isExact else { return share }
        return measured.low % 4 == remainder ? share * 4 : 0
    }

    /// DATA, QUIT, RSET, NOOP.
    static let word = ClientLengths([(OctetRange(6), 1)])

    /// `MAIL FROM:<...>` with and without parameters.
    static let mail = ClientLengths([
        (OctetRange(14), 0.05), (OctetRange(20, 45), 0.45), (OctetRange(46, 75), 0.35),
        (OctetRange(76, 180), 0.14), (OctetRange(15, 560), 0.01),
    ])

    /// `RCPT TO:<...>`, rarely with parameters.
    static let recipient = ClientLengths([
        (OctetRange(17, 30), 0.27), (OctetRange(31, 48), 0.48), (OctetRange(49, 70), 0.19),
        (OctetRange(71, 140), 0.05), (OctetRange(14, 560), 0.01),
    ])

    /// `AUTH PLAIN`, `AUTH LOGIN`, `AUTH CRAM-MD5`.
    static let bareLogin = ClientLengths([(OctetRange(12), 0.85), (OctetRange(15), 0.15)])

    /// `AUTH PLAIN ` or `AUTH LOGIN ` with base64 behind it.
    static let wholeLogin = ClientLengths([(OctetRange(17, 100), 1)], remainder: 1)

    /// Base64, or `*`.
    static let answer = ClientLengths([
        (OctetRange(3), 0.02), (OctetRange(6, 60), 0.8), (OctetRange(61, 400), 0.17),
        (OctetRange(3, 12_290), 0.01),
    ])

    /// BDAT and its chunk, or the first record of it.
    static let chunk = ClientLengths([
        (OctetRange(12, 400), 0.15), (OctetRange(401, 16_384), 0.85),
    ])

    /// The first record of a message.
    static let text = ClientLengths([
        (OctetRange(3, 400), 0.15), (OctetRange(401, 16_384), 0.85),
    ])

    /// A line of any length.
    static let anything = ClientLengths([(OctetRange(6, 600), 1)])

    /// EHLO: most clients say inside TLS what they have said before.
    static func hello(_ clear: ClearFacts) -> ClientLengths {
        let any: [(OctetRange, Double)] = [(OctetRange(8, 50), 0.9), (OctetRange(51, 262), 0.1)]
        guard let octets = clear.hello else { return ClientLengths(any) }
        return ClientLengths([(OctetRange(octets), 0.95)] + any.map { ($0.0, $0.1 * 0.05) })
    }
}
