public import TapWire

/// An incident as a work order: what is told of it, in EVE's words, and read again from there.
public struct IncidentReport: Hashable, Sendable, Codable {
    /// How much there was of it.
    public struct Counts: Hashable, Sendable, Codable {
        /// Events that a rule has signalled.
        public var events: UInt64
        /// Messages that were taken.
        public var messages: UInt64
        /// Recipients that were taken.
        public var recipients: UInt64
        /// Octets of those messages.
        public var octets: UInt64
        /// Different clients, senders and domains of recipients.
        public var clients, senders, domains: Int
        /// Different countries of clients; left out if none is known.
        public var countries: Int?
    }

    /// How many clients are in a country.
    public struct CountryCount: Hashable, Sendable, Codable {
        /// The country.
        public var country: CountryCode
        /// Different clients.
        public var clients: Int
    }

    /// How many countries are named, the most common first.
    static let countryLimit = 20

    /// What a rule has said.
    public struct Reason: Hashable, Sendable, Codable {
        /// When it said so first, or first so badly, RFC 3339.
        public var time: String
        /// The rule's id.
        public var rule: String
        /// How often it has signalled.
        public var count: UInt64
        /// What it said then.
        public var words: String
    }

    /// The dialogues of its first and its latest event, a line each, without secrets.
    public struct Transcript: Hashable, Sendable, Codable {
        /// Of the first event.
        public var first: [String]
        /// Of the latest event; left out if it reads the same.
        public var latest: [String]?
        /// Where their clients are; left out where that is not known.
        public var firstPlace, latestPlace: PlaceSummary?

        private enum CodingKeys: String, CodingKey {
            case first, latest
            case firstPlace = "first_place"
            case latestPlace = "latest_place"
        }
    }

    /// What to type on the server.
    public struct Commands: Hashable, Sendable, Codable {
        /// Holds its messages in the queue.
        public var hold: String
        /// Removes them.
        public var remove: String
        /// Lists what waits there; left out if the others name all.
        public var list: String?
    }

    /// What the mirror left out at the time.
    public struct Missing: Hashable, Sendable, Codable {
        /// The worst that was left out.
        public var level: String
        /// Since when, RFC 3339.
        public var since: String
        /// Frames that are not whole.
        public var frames: UInt64
        /// Octets missing of them.
        public var bytes: UInt64
    }

    /// The incident's name.
    public var id: String
    /// What kind of trouble it is.
    public var kind: IncidentClass
    /// What it was taken for before, if it was.
    public var earlierKind: IncidentClass?
    /// Where it stands.
    public var state: Incident.State
    /// The address of the server, or of the host of ours; nil (written as null) where the tap itself is meant.
    @NullWritten public var server: String?
    /// The name it goes by.
    public var serverName: String?
    /// The account or the client it is about.
    public var subject: String?
    /// When its first and its latest event were, RFC 3339.
    public var since, last: String
    /// How much there was of it.
    public var counts: Counts
    /// The rules that have signalled.
    public var rules: [String]
    /// EVE's number for the worst severity.
    public var severity: Int
    /// The worst severity in a word: critical, high, medium or low.
    public var level: String
    /// How sure it is, 0 to 1.
    public var confidence: Double
    /// One sentence: what it is, with the proof.
    public var verdict: String
    /// Who, what and how much, in sentences.
    public var why: String
    /// What to do next.
    public var advice: String
    /// What each rule has said, and each change of class.
    public var reasons: [Reason]
    /// The dialogues.
    public var transcript: Transcript?
    /// Where the client of the latest event is; left out if that is not known.
    public var clientPlace: PlaceSummary?
    /// In which countries its clients are, the most common first; left out if that is not known.
    public var countries: [CountryCount]?
    /// The names of its messages in the server's queue.
    public var queueIDs: [String]?
    /// How many of its messages are not among them; left out if none is.
    public var unnamedMessages: UInt64?
    /// What to type on the server, if its messages have names there.
    public var commands: Commands?
    /// What would refute the verdict.
    public var refute: String
    /// What the tap itself may have missed.
    public var missed: String
    /// What the mirror left out at the time.
    public var shedding: Missing?
    /// True if nobody wants to hear of it at the moment; left out if not.
    public var isMuted: Bool?
    /// The language of the words.
    public var language: RelayLanguage

    private enum CodingKeys: String, CodingKey {
        case id, state, server, subject, since, last, counts, rules, severity, level, confidence
        case verdict, why, advice, reasons, transcript, commands, refute, missed, shedding, language
        case countries
        case clientPlace = "client_place"
        case kind = "class"
        case earlierKind = "earlier_class"
        case serverName = "server_name"
        case queueIDs = "queue_ids"
        case unnamedMessages = "queue_ids_missing"
        case isMuted = "muted"
    }

    /// Says that the mirror left things out at the time.
    public mutating func note(_ shedding: Shedding) {
        self.shedding = Missing(
            level: shedding.level.name,
            since: shedding.began.rfc3339,
            frames: shedding.frames,
            bytes: shedding.octets
        )
        missed =
            RelayNarrator(language).words(
                IncidentTexts.mirrorBehind,
                [.what: .text(IncidentTexts.leftOut(shedding.level))]
            ) + " " + missed
    }
}

extension IncidentReport {
    /// A part of the work order.
    public struct Section: Hashable, Sendable {
        /// What it is about.
        public var title: String
        /// The text, or a list.
        public var lines: [String]
    }

    /// The parts of the work order below the verdict, in the order in which they are read.
    public var sections: [Section] {
        let narrator = RelayNarrator(language)
        func section(_ title: Bilingual, _ lines: [String]) -> Section? {
            let told = lines.filter { !$0.isEmpty }
            return told.isEmpty ? nil : Section(title: narrator.words(title, [:]), lines: told)
        }
        return [
            section(IncidentTexts.titleFacts, [why]),
            section(
                IncidentTexts.titleReasons,
                reasons.map { "\($0.time)  \($0.rule) x \($0.count): \($0.words)" }
            ),
            section(IncidentTexts.titleFirst, transcript?.first ?? []),
            section(IncidentTexts.titleLatest, transcript?.latest ?? []),
            section(
                IncidentTexts.titleQueue,
                [(queueIDs ?? []).joined(separator: " ")] + unnamed(narrator)
            ),
            section(IncidentTexts.titleHold, [commands?.hold ?? ""]),
            section(IncidentTexts.titleRemove, [commands?.remove ?? ""]),
            section(IncidentTexts.titleAdvice, [advice]),
            section(
                IncidentTexts.titleSure,
                [narrator.words(.percent(min(1, max(0, confidence))))]
            ),
            section(IncidentTexts.titleRefute, [refute]),
            section(IncidentTexts.titleMissed, [missed]),
        ].compactMap(\.self)
    }

    /// That some are not named, and where they are found.
    private func unnamed(_ narrator: RelayNarrator) -> [String] {
        guard let unnamedMessages, let list = commands?.list else { return [] }
        let count = IncidentTexts.messages(unnamedMessages)
        return [
            narrator.words(IncidentTexts.unnamedMessages, [.messages: count, .what: .plain(list)]),
            narrator.words(IncidentTexts.repliesKept, [:]),
        ]
    }
}
