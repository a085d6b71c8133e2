import TapWire

/// The latest mail that rules have counted and not yet spoken of: how an incident may have begun.
///
/// A rule that counts speaks at the third, fourth or tenth message. The incident that it opens is told from the first one,
/// so that how much there was, since when, and what is to be looked for in the queue is whole. Each kind has a table of its
/// own, so that a flood of guesses makes room for itself only.
struct EarlierMail: Sendable, Codable {
    /// Whose prelude it is.
    struct PreludeKey: TableKey {
        var server: IPAddress
        /// The digest of its name: names are as long as their peers like.
        var name: UInt64
        var client: IPAddress?
    }

    typealias Mails = BoundedTable<IncidentBook.Key, HeldMail>
    typealias Preludes = BoundedTable<PreludeKey, HeldMail>

    private var infectedClients = Mails()
    private var backscatter = Mails()
    private var stolenAccounts = Mails()
    private var guesses = Preludes()
    private var probes = Preludes()
    private var volume = Preludes()
    private var tries = Preludes()
    private var unseen = Preludes()
    private var sessions = Preludes()

    /// How many incidents there are that may begin.
    var count: Int {
        infectedClients.count + backscatter.count + stolenAccounts.count + guesses.count
            + probes.count + volume.count + tries.count + unseen.count + sessions.count
    }

    /// Holds a message for `window` for the incident that it may belong to.
    mutating func hold(
        _ mail: MailCase,
        for kind: Kind,
        of subject: String = "",
        at home: IPAddress,
        within window: Duration,
        limits: RelayLimits
    ) {
        let key = IncidentBook.Key(server: home, kind: kind.incident, subject: subject)
        self[kind].update(key, limit: limits.earlierMail, default: HeldMail()) { held in
            held.add(CountedMail(mail, at: home), within: window, scene: IncidentScene(mail))
        }
    }

    /// Holds an event for the signal that it may be the prelude of.
    mutating func hold(
        _ mail: MailCase,
        as prelude: Signal.Prelude,
        at home: IPAddress,
        limits: RelayLimits
    ) {
        hold(
            CountedMail(mail, at: home),
            as: prelude,
            at: home,
            limits: limits,
            scene: IncidentScene(mail)
        )
    }

    /// Holds a message that was brought unseen for the signal that it may be the prelude of.
    mutating func hold(
        _ mail: UnseenMail,
        as prelude: Signal.Prelude,
        at home: IPAddress,
        limits: RelayLimits
    ) {
        hold(
            CountedMail(mail),
            as: prelude,
            at: home,
            limits: limits,
            scene: IncidentScene(mail)
        )
    }

    private mutating func hold(
        _ mail: CountedMail,
        as prelude: Signal.Prelude,
        at home: IPAddress,
        limits: RelayLimits,
        scene: @autoclosure () -> IncidentScene
    ) {
        let (key, now) = (PreludeKey(prelude, at: home), mail.time)
        self[prelude.kind].update(
            key,
            limit: limits.preludes(of: prelude.kind),
            // Where many come once, what came again stays.
            rank: { $0.count(at: now) },
            default: HeldMail()
        ) { held in
            held.add(mail, within: prelude.window, scene: scene())
        }
    }

    /// Hands over what is held for the incident of `key`, which opens at `time`.
    mutating func take(_ key: IncidentBook.Key, at time: Timestamp) -> EarlierEvents {
        guard let kind = Kind(key.kind) else { return .none }
        // What opens it may have been held, too, by a rule that does not speak of it.
        return self[kind].remove(key)?.before(time) ?? .none
    }

    /// Hands over the prelude of a signal at the server `home`, which comes at `time`.
    mutating func take(_ prelude: Signal.Prelude, at home: IPAddress, _ time: Timestamp)
        -> EarlierEvents
    {
        let own = PreludeKey(prelude, at: home)
        let keys =
            prelude.isOfAllClients
            ? self[prelude.kind].keys { $0.server == home && $0.name == own.name } : [own]
        var events = EarlierEvents.none
        for key in keys {
            guard var held = self[prelude.kind].remove(key) else { continue }
            events.add(held.take(within: prelude.window, before: time))
            guard !held.isEmpty else { continue }
            self[prelude.kind].update(key, limit: .max, default: held) { $0 = held }
        }
        return events
    }
}

extension EarlierMail.PreludeKey {
    fileprivate init(_ prelude: Signal.Prelude, at home: IPAddress) {
        (server, client) = (home, prelude.client)
        name = Digest.value(of: prelude.name)
    }
}

extension EarlierMail {
    /// The classes whose mail is held for whichever of their rules speaks.
    enum Kind: Sendable {
        case infectedClient, backscatter, stolenAccount

        fileprivate init?(_ kind: IncidentClass) {
            switch kind {
            case .infectedClient: self = .infectedClient
            case .backscatter: self = .backscatter
            case .stolenAccount: self = .stolenAccount
            default: return nil
            }
        }

        fileprivate var incident: IncidentClass {
            switch self {
            case .infectedClient: .infectedClient
            case .backscatter: .backscatter
            case .stolenAccount: .stolenAccount
            }
        }
    }

    private subscript(kind: Kind) -> Mails {
        get {
            switch kind {
            case .infectedClient: infectedClients
            case .backscatter: backscatter
            case .stolenAccount: stolenAccounts
            }
        }
        // In place: a setter would copy the table each time.
        _modify {
            switch kind {
            case .infectedClient: yield &infectedClients
            case .backscatter: yield &backscatter
            case .stolenAccount: yield &stolenAccounts
            }
        }
    }

    private subscript(kind: Signal.Prelude.Kind) -> Preludes {
        get {
            switch kind {
            case .guesses: guesses
            case .probes: probes
            case .volume: volume
            case .tries: tries
            case .unseen: unseen
            case .sessions: sessions
            }
        }
        _modify {
            switch kind {
            case .guesses: yield &guesses
            case .probes: yield &probes
            case .volume: yield &volume
            case .tries: yield &tries
            case .unseen: yield &unseen
            case .sessions: yield &sessions
            }
        }
    }
}

extension EarlierMail {
    /// Decodes what is held; what an earlier hubtap held in one table for all is let go.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func table<Table: Codable>(_ key: CodingKeys, or empty: Table) throws -> Table {
            try container.decodeIfPresent(Table.self, forKey: key) ?? empty
        }
        infectedClients = try table(.infectedClients, or: infectedClients)
        backscatter = try table(.backscatter, or: backscatter)
        stolenAccounts = try table(.stolenAccounts, or: stolenAccounts)
        guesses = try table(.guesses, or: guesses)
        probes = try table(.probes, or: probes)
        volume = try table(.volume, or: volume)
        tries = try table(.tries, or: tries)
        unseen = try table(.unseen, or: unseen)
        sessions = try table(.sessions, or: sessions)
    }
}

extension RelayLimits {
    fileprivate func preludes(of kind: Signal.Prelude.Kind) -> Int {
        switch kind {
        case .guesses: earlierGuesses
        case .probes: earlierProbes
        case .volume, .sessions: earlierMail
        case .tries: testers
        case .unseen: relayingServers
        }
    }
}
