import TapFlow

/// Several commands in one record (RFC 2920): of an envelope, what there is of it.
struct CommandGroup: Hashable, Sendable {
    /// What stands at the end.
    enum End: Hashable, Sendable {
        case nothing, data, chunk
    }

    var startsWithReset = false
    var hasMail = true
    var recipients = 0
    var end = End.nothing

    /// How many commands.
    var count: Int {
        (startsWithReset ? 1 : 0) &+ (hasMail ? 1 : 0) &+ recipients &+ (end == .nothing ? 0 : 1)
    }

    /// Octets of one MAIL and of one RCPT.
    private static let mail = OctetRange(14, 130)
    private static let recipient = OctetRange(17, 70)
    private static let usualMail = 48.0
    private static let usualRecipient = 34.0
    /// The most recipients that one record is supposed to name.
    static let maximumRecipients = 48

    /// What may be sent at once where the client supposes the dialogue to be, and how usual it is.
    static func shapes(after stage: DialogueReading.Stage, isChunking: Bool?) -> [Shape] {
        let chunk = isChunking == false ? 0.01 : 0.12
        switch stage {
        case .ready:
            return [
                Shape(CommandGroup(end: .data), 0.5), Shape(CommandGroup(), 0.2),
                Shape(CommandGroup(end: .chunk), chunk),
                Shape(CommandGroup(startsWithReset: true, end: .data), 0.06),
                Shape(CommandGroup(startsWithReset: true), 0.04),
            ]
        case .sender, .recipients:
            return [
                Shape(CommandGroup(hasMail: false, end: .data), 0.5),
                Shape(CommandGroup(hasMail: false), 0.3),
                Shape(CommandGroup(hasMail: false, end: .chunk), chunk),
            ]
        case .refused:
            return [Shape(CommandGroup(startsWithReset: true, end: .data), 0.05)]
        case .start, .text, .challenged, .ended: return []
        }
    }

    /// A group whose recipients are not counted yet.
    struct Shape: Sendable {
        private let group: CommandGroup
        private let share: Double

        init(_ group: CommandGroup, _ share: Double) {
            self.group = group
            self.share = share
        }

        /// The numbers of recipients that fit into `octets`, and how likely each is.
        func groups(of octets: OctetRange) -> [(CommandGroup, Double)] {
            var result: [(CommandGroup, Double)] = []
            // One command alone is no group.
            let least = group.hasMail || group.end != .nothing ? 1 : 2
            for count in least...CommandGroup.maximumRecipients {
                var candidate = group
                candidate.recipients = count
                let factor = share * candidate.likelihood(of: octets)
                if factor > 0 {
                    result.append((candidate, factor))
                } else if candidate.leastOctets > octets.high {
                    break
                }
            }
            // Far from the likeliest number none is right, and every one costs work.
            let negligible = (result.map(\.1).max() ?? 0) / 30
            return result.filter { $0.1 >= negligible }
        }
    }

    private var fixed: Int {
        (startsWithReset ? 6 : 0) &+ (end == .data ? 6 : 0) &+ (end == .chunk ? 12 : 0)
    }

    var leastOctets: Int {
        fixed &+ (hasMail ? Self.mail.low : 0) &+ recipients &* Self.recipient.low
    }

    /// How likely the commands are to have so many octets together: most at their usual lengths, less to both sides.
    private func likelihood(of octets: OctetRange) -> Double {
        let middle = Double(octets.low &+ octets.high) / 2
        let least = Double(leastOctets)
        guard middle >= least else { return 0 }
        if end == .chunk { return chunkLikelihood(middle - least) }
        let most = Double(
            fixed &+ (hasMail ? Self.mail.high : 0) &+ recipients &* Self.recipient.high
        )
        guard middle <= most else { return 0 }
        let usual =
            Double(fixed) + (hasMail ? Self.usualMail : 0)
            + Double(recipients) * Self.usualRecipient
        let peak = 2 / (most - least) * Double(octets.width)
        let slope =
            middle < usual ? (middle - least) / (usual - least) : (most - middle) / (most - usual)
        // Addresses in one envelope are seldom all short or all long: the middle counts for more.
        return min(1, peak) * slope * slope / Double(recipients &* recipients)
    }

    /// Messages are of any size.
    private func chunkLikelihood(_ rest: Double) -> Double {
        rest > 0 && rest < 16_384 ? 1 / 16_384 / Double(recipients &* recipients) : 0
    }

    /// The commands, each with what is known of it.
    func steps(of octets: OctetRange, at moment: Moment) -> [DialogueStep] {
        var steps: [DialogueStep] = startsWithReset ? [.reset] : []
        let rest = octets.less(fixed)
        if hasMail { steps.append(.mail(sender: address(in: rest, least: 0), began: moment)) }
        for _ in 0..<recipients { steps.append(.recipient(address: address(in: rest, least: 5))) }
        switch end {
        case .nothing: break
        case .data: steps.append(.data)
        case .chunk:
            let envelope = OctetRange(leastOctets &- fixed, leastOctets &+ recipients &* 60)
            steps.append(.chunk(octets.less(envelope)))
        }
        return steps
    }

    /// Octets of one address, where all commands together have `rest`: about as many as the others.
    ///
    /// What a server repeats of several addresses is as long as they are together, so that where one is longer than
    /// supposed another is shorter.
    private func address(in rest: OctetRange, least: Int) -> OctetRange {
        let count = recipients &+ (hasMail ? 1 : 0)
        guard end != .chunk else { return OctetRange(least, 58) }
        let all = rest.less(recipients &* 12 &+ (hasMail ? 14 : 0))
        guard count > 1 else { return all }
        // MAIL may have parameters, of which nothing is known.
        let low = (hasMail ? all.low &- 26 : all.low) / count &- Self.usualDeviation
        return OctetRange(max(least, low), max(least, all.high / count &+ Self.usualDeviation))
    }

    /// By how much an address is usually longer or shorter than the others of its envelope.
    private static let usualDeviation = 8
}
