import TapWire

/// How often and when.
extension AbuseKind {
    /// The ways to hide that make sense for it.
    var variants: [AbuseVariant] {
        switch self {
        case .story: [.plain, .manyAddresses, .chunks, .singleOctets, .pipelined, .bigFirst]
        case .burst: [.plain, .manyAddresses, .pipelined, .bigFirst]
        case .slow: [.plain, .jittered, .growing, .manyAddresses]
        case .form: [.plain, .manyAddresses, .singleOctets]
        case .natBlinded: [.plain, .manyAddresses, .growing, .jittered]
        case .mixed: [.plain, .jittered, .pipelined]
        case .underTLS: [.plain, .manyAddresses, .jittered]
        case .stolenWorldwide, .stolenNearby, .bruteForce: [.plain, .jittered]
        case .harvest: [.plain, .manyAddresses, .pipelined]
        case .bot, .script: [.plain, .jittered, .growing]
        case .smuggling, .injection, .hunter: [.plain]
        }
    }

    /// How many sessions it has, and the seconds between them.
    private var rhythm: (count: Int, seconds: Double, jitter: Double) {
        switch self {
        case .story: (24, 600, 0.2)
        case .burst: (300, 1.8, 0.5)
        case .slow: (18, 28_800, 0.3)
        case .form: (12, 900, 0.4)
        case .natBlinded: (20, 700, 0.5)
        case .mixed: (40, 600, 0.5)
        case .underTLS: (40, 240, 0.4)
        case .stolenWorldwide: (342, 300, 0.5)
        case .stolenNearby: (60, 300, 0.5)
        case .bruteForce: (60, 120, 0.5)
        case .harvest: (6, 60, 0.5)
        case .bot: (40, 20, 0.5)
        case .script: (60, 15, 0.5)
        case .smuggling, .injection, .hunter: (2, 3_600, 0.5)
        }
    }

    /// When the sessions begin, within the days of `profile`.
    func times(_ variant: AbuseVariant, of profile: CompanyProfile, _ random: inout SplitMix64)
        -> [Timestamp]
    {
        var (count, seconds, jitter) = rhythm
        if variant == .jittered { jitter = max(jitter, 0.5) }
        let free = Double(max(1, profile.days - profile.quietDays)) * 86_400
        // A short simulation still has room for the slow ones: they come less often.
        let most = Int(free * 0.8 / seconds)
        count = min(count, max(4, most), profile.sessionsPerIncident)
        let length = Double(count) * seconds * (variant == .growing ? 2 : 1)
        let latest = max(60, free - length * 1.3)
        var at = Double(profile.quietDays) * 86_400 + 60 + random.share() * (latest - 60)
        var times: [Timestamp] = []
        for turn in 0..<count {
            times.append(profile.start.advanced(by: .nanoseconds(Int64(at * 1e9))))
            let growth = variant == .growing ? 1 + 2 * Double(turn) / Double(count) : 1
            at += seconds * growth * (1 + jitter * (2 * random.share() - 1))
        }
        return times
    }
}
