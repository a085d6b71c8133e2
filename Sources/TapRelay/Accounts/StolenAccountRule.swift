import TapMail
import TapObserve

/// `account.stolen`: one account sends from too many places, or from new places to people it never wrote to.
///
/// Condition: mail within an hour from more than `networks` networks (/16, /32 of IPv6), or from more than `countries`
/// countries, that are not the account's own: it came from there on three days, or longer ago. What no table of addresses
/// places counts by parts of the world (/8, /12), of which there must be more than `regions`; where some are placed and some
/// are not, both are added (`Grounds`), and so are different operators within a country. Or two leaps within a day,
/// faster than `speed`, between places of which one is new, to it and to others of the server. Or a
/// sequential test over the messages from such networks: an observation is whether they go to strangers, to somebody
/// known, or to new people where the account has written before, which says nothing. Messages from its own networks are
/// no observations, so the owner who goes on working does not hide the thief; what an honest user does is learned from
/// them: the share that goes to strangers. A message that speaks for the owner accuses nobody. A traveller settles in
/// one new network, so the first message from each tells, those behind it little, and a second new network within the
/// hour more, unless others of the server come from there too; so does each change between three of them. The test is
/// held at 0 from below, and what it has found fades.
///
/// High; a warning in the account's first day, in which the test waits until the server is known for three days, for what
/// comes behind a theft from one new network alone within the hour, which may be the owner's, while all new people are
/// of the house: a telephone on a train writes to colleagues, too. Critical if the server refuses a fifth of the recipients
/// as well; high if they are of the house. Information for leaps alone with a message that does not go to strangers, as of
/// an owner who roams.
///
/// Source: A. Wald for the test, held at 0 from below (CUSUM: E. S. Page, 1954); the shares are estimates.
struct StolenAccountRule: MailRule {
    static let description = RuleDescription(
        id: "account.stolen",
        signatureID: 9_100_011,
        summary: "one account from too many places",
        thresholds: places + shares + errors + learned
    )
    static let kinds: CaseKinds = [.account]

    static let hour: UInt32 = 3_600
    private static let day: UInt32 = 86_400
    /// So long after a server was seen first, the networks that its users come from are known.
    static let newServer: UInt32 = 3 * 86_400
    /// Recipients of one message beyond the first that count.
    private static let mostFurther = 4
    /// So many new networks within the hour are more than the place where somebody is and his telephone.
    private static let restlessPlaces = 3
    /// Recipients before their refusals tell.
    private static let leastRecipients: UInt16 = 5
    /// Nobody is taken to write to strangers more often than this: half says nothing of an account.
    private static let mostNovelty = 0.5
    /// No message is a larger part of the way, so that none decides alone and three do not either.
    private static let largestPart = 0.33

    let networks: Int
    let regions: Int
    let countries: Int
    let speed: Double
    private let theta0: Double
    private let theta1: Double
    private let soon: Double
    private let later: Double
    private let bound: Double
    private let halfLife: Double
    private let learning: UInt32
    private let leastMessages: UInt16
    private let refusalShare: Float
    let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        self.limits = limits
        networks = Int(settings.value(of: "networks"))
        regions = Int(settings.value(of: "regions"))
        countries = Int(settings.value(of: "countries"))
        speed = settings.value(of: "speed")
        theta0 = settings.value(of: "theta0")
        theta1 = settings.value(of: "theta1")
        soon = settings.value(of: "soon")
        later = settings.value(of: "later")
        bound =
            SequentialTest(
                theta0: theta0,
                theta1: theta1,
                alpha: settings.value(of: "alpha"),
                beta: settings.value(of: "beta")
            ).upperBound
        halfLife = settings.value(of: "half_life")
        learning = UInt32(settings.value(of: "learning"))
        leastMessages = UInt16(settings.value(of: "least_messages"))
        refusalShare = Float(settings.value(of: "refusal_share"))
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let account = mail.account, mail.inward != nil else { return }
        let findings = follow(mail, account, &memory)
        guard !account.isOwnNetwork,
            let verdict = observe(account, findings, &memory.habits)
        else { return }
        let grounds = grounds(
            verdict,
            findings,
            unshared: unshared(verdict.networks, mail, memory.habits)
        )
        guard grounds.areAny else {
            memory.earlier.hold(
                mail,
                for: .stolenAccount,
                of: account.name,
                at: mail.ends.server,
                within: .seconds(Int(Self.day)),
                limits: limits
            )
            return
        }
        var signal = signal(account, verdict, grounds)
        if grounds.restOnTables {
            add(findings, to: &signal, of: mail, rests: grounds.restOnTablesOnly)
        }
        signals.append(signal)
    }

    /// What the habits say of a message from a network that is not the account's own.
    struct Verdict {
        /// The networks of the hour that are not its own.
        var networks: [ClientNetwork]
        /// In how many blocks of addresses those lie that no table places.
        var regions: Int
        /// True if it was accused before, and nothing else came from a network that is not its own within the hour.
        var isQuiet: Bool
        var isDecided: Bool
        /// True if all the new people that it wrote to from such networks are of the house.
        var isWithinHouse: Bool
        var recipients: UInt16
        var refusals: UInt16
    }

    /// Takes a message from a network that is not the account's own into its habit.
    private func observe(
        _ account: AccountCase,
        _ findings: Findings,
        _ habits: inout HabitBook
    ) -> Verdict? {
        let now = habits.now
        return habits.change(account.key) { habit in
            let start = now - min(now, Self.hour)
            let networks = habit.networks.foreignNetworks(since: start)
            let wasDecided = habit.trail.isSuspected
            let isOwners = observe(account, places: networks.count, at: now, in: &habit.trail)
            return Verdict(
                networks: networks,
                regions: Self.regionCount(of: networks.filter { !findings.isPlaced($0) }),
                isQuiet: wasDecided && networks.count <= 1 && findings.leap == nil,
                // What speaks for the owner accuses nobody, whatever the thief has done.
                isDecided: habit.trail.isSuspected && !isOwners,
                isWithinHouse: habit.trail.isWithinHouse,
                recipients: habit.trail.freshRecipients,
                refusals: habit.trail.freshRefusals
            )
        }
    }

    /// In how many blocks of addresses they lie; mostly there is one.
    private static func regionCount(of networks: [ClientNetwork]) -> Int {
        networks.count > 1 ? Set(networks.map(\.region)).count : networks.count
    }

    /// Those of `networks` that others of the server do not come from.
    private func unshared(
        _ networks: [ClientNetwork],
        _ mail: MailCase,
        _ habits: HabitBook
    ) -> [ClientNetwork] {
        // Fewer are nobody's grounds.
        guard mail.places != nil, networks.count > regions else { return [] }
        guard let known = habits[mail.serverKey]?.networks else { return networks }
        return networks.filter { !known.isFamiliar($0, at: habits.now) }
    }

    /// Takes a message from a network that is not its own into the test; true if it speaks for the owner.
    private func observe(
        _ account: AccountCase,
        places: Int,
        at now: UInt32,
        in trail: inout AccountTrail
    ) -> Bool {
        trail.fade(to: now, halfLife: halfLife)
        trail.countFresh(account)
        defer { trail.isSuspected = Double(trail.walk) >= bound }
        // All places of an account are new in its first day; while the server is new, all those of everybody.
        guard account.takenRecipients > 0,
            account.age >= Self.day || account.serverAge >= Self.newServer
        else { return false }
        if trail.walk == 0 { trail.isWithinHouse = true }
        if account.novelOutsiders > 0 { trail.isWithinHouse = false }
        let step = step(account, usual: share(account, trail), places: places)
        let sum = max(0, Double(trail.walk) + min(step, bound * Self.largestPart))
        if sum == 0 { (trail.freshRecipients, trail.freshRefusals) = (0, 0) }
        // Held above the bound: an account that was stolen is not given back by one message to a friend.
        trail.walk = Float(min(sum, bound * 1.5))
        return step <= 0
    }

    /// The share of the account's messages that go to strangers, as those from its own networks tell.
    ///
    /// Half an observation of each kind is taken to have been made before. What it sends on a journey teaches nothing.
    private func share(_ account: AccountCase, _ trail: AccountTrail) -> Double {
        guard account.age >= learning, trail.novelty.count >= leastMessages else {
            return Self.mostNovelty
        }
        let count = Double(trail.novelty.count)
        let share = (Double(trail.novelty.value) * count + 0.5) / (count + 1)
        return min(max(share, theta0), Self.mostNovelty)
    }

    private func step(_ account: AccountCase, usual: Double, places: Int) -> Double {
        let isFirst = !account.isKnownNetwork
        let weight = isFirst ? 1 : later
        guard account.isToNewPeople else {
            return weight * Logarithm.natural((1 - theta1) / (1 - usual))
        }
        let isSoon = isFirst && places > 1 && !account.isSharedNetwork
        let haste = Logarithm.natural(1 / soon)
        // New people where it knows somebody: a thief's as well as a traveller's, so that only the network tells.
        guard account.isToStrangers else { return isSoon ? haste : 0 }
        // A hotel and a telephone are two. Who goes back and forth between three does not stay anywhere.
        let isRestless =
            account.hasMoved && places >= Self.restlessPlaces && !account.isSharedNetwork
        let first =
            weight * Logarithm.natural(theta1 / usual) + (isSoon || isRestless ? haste : 0)
        let further = min(max(0, account.novelDomains - 1), Self.mostFurther)
        return first + Double(further) * later * Logarithm.natural(theta1 / usual)
    }

    /// True if a message goes where no message of the account went before, and that is known of it.
    private func isStrange(_ account: AccountCase) -> Bool {
        account.isToStrangers && account.age >= learning && account.messages >= leastMessages
    }

    private func signal(_ account: AccountCase, _ verdict: Verdict, _ grounds: Grounds) -> Signal {
        let share =
            verdict.recipients >= Self.leastRecipients
            ? Float(verdict.refusals) / Float(verdict.recipients) : 0
        let isRefused = share >= refusalShare
        let isKnown = account.age >= Self.day
        let isWithinHouse = verdict.isWithinHouse && !grounds.arePlaces
        // On a journey a telephone comes by way of its operator at home (roaming), and so does a tunnel.
        let mayRoam = grounds.areLeapsOnly && !isStrange(account) && !isRefused
        let isUnsure = !isKnown || verdict.isQuiet || isWithinHouse && !isRefused
        var signal = Signal.account(
            account,
            rule: Self.identity,
            severity: mayRoam
                ? .low : isUnsure ? .medium : isRefused && !isWithinHouse ? .critical : .high,
            incident: .stolenAccount,
            signature: AccountTexts.stolen,
            why: grounds.words,
            advice: AccountTexts.adviceStolen,
            values: [
                .networks: IncidentTexts.networks(verdict.networks.count),
                .regions: IncidentTexts.regions(grounds.regions),
                .countries: PlaceTexts.countries(grounds.countries.count),
                .what: PlaceTexts.codes(grounds.countries),
                .operators: IncidentTexts.operators(grounds.operators),
                .addresses: IncidentTexts.newRecipients(account.novelRecipients),
                .share: .percent(Double(share)),
            ]
        )
        signal.certainty = mayRoam ? 0.5 : isUnsure ? 0.7 : 0.95
        if isRefused { signal.why.append(AccountTexts.refusedToo) }
        if verdict.isQuiet { signal.why.append(AccountTexts.perhapsOwner) }
        if isWithinHouse { signal.why.append(AccountTexts.onlyColleagues) }
        if mayRoam { signal.why.append(AccountTexts.perhapsRoaming) }
        return signal
    }
}

extension AccountTrail {
    /// What the test has found fades by half in each half-life.
    fileprivate mutating func fade(to now: UInt32, halfLife: Double) {
        let gone = Double(now - min(now, walkedAt)) / halfLife
        walkedAt = now
        guard walk > 0, gone > 0 else { return }
        // Linear between the halves: near enough, and without a library of functions.
        let halves = UInt32(min(gone, 40))
        walk /= Float(UInt64(1) << UInt64(halves))
        walk *= Float(1 - 0.5 * (min(gone, 40) - Double(halves)))
        if walk < 0.01 { (walk, freshRecipients, freshRefusals) = (0, 0, 0) }
    }

    /// Counts the recipients of a message from a new network.
    fileprivate mutating func countFresh(_ account: AccountCase) {
        let recipients = account.takenRecipients + account.refusedRecipients
        freshRecipients = UInt16(clamping: Int(freshRecipients) + recipients)
        freshRefusals = UInt16(clamping: Int(freshRefusals) + account.refusedRecipients)
    }
}
