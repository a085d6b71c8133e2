import TapWire

/// A mail server of somebody else.
struct RemoteHost: Hashable, Sendable {
    var address: IPAddress
    var name: String
    var domain: String
    var software: MailServerSoftware
    /// True if it offers STARTTLS, and asks for it where it is offered.
    var usesTLS: Bool

    /// The host with this number in the wide world: the same for each seed, so that a number is a stable partner.
    init(number: Int, seed: UInt64, tlsShare: Double) {
        var random = SplitMix64(seed: seed, stream: 0xB0, turn: number)
        address = .world(&random)
        domain = "partner\(number).example"
        name = "mx\(1 + number % 3).\(domain)"
        software = random.element(of: MailServerSoftware.allCases)
        usesTLS = random.chance(tlsShare)
    }
}

extension IPAddress {
    /// First octets of addresses that registries of all five regions have given out.
    private static let continents: [UInt32] = [
        5, 31, 37, 46, 62, 77, 78, 80, 84, 85, 88, 91, 93, 95, 109, 176, 178, 188, 193, 212, 213,
        41, 102, 105, 154, 196, 197, 1, 14, 27, 36, 42, 58, 60, 61, 101, 103, 110, 112, 113, 115,
        117, 119, 120, 121, 122, 124, 125, 175, 180, 182, 202, 203, 210, 218, 220, 222, 177, 179,
        181, 186, 187, 189, 190, 191, 200, 201, 8, 12, 24, 50, 64, 66, 67, 68, 69, 71, 72, 74, 76,
        96, 98, 99, 104, 107, 108, 173, 174, 184, 199, 204, 205, 206, 207, 208, 209, 216,
    ]

    /// An address somewhere in the world.
    static func world(_ random: inout SplitMix64) -> IPAddress {
        let first = random.element(of: continents)
        let rest = UInt32(truncatingIfNeeded: random.next()) & 0x00FF_FFFF
        return IPAddress(v4: first << 24 | rest | 1)
    }
}
