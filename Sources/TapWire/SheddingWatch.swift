/// A time in which the mirror could not keep up, and the ring was spared what matters least.
public struct Shedding: Hashable, Sendable {
    /// When it was first seen.
    public var began: Timestamp
    /// When it was seen last.
    public var last: Timestamp
    /// The worst that was left out so far: payload of bulk, payload of others, or whole frames.
    public var level: MirrorCut
    /// How many frames are not in the ring with all their octets.
    public var frames: UInt64
    /// How many octets are missing of them.
    public var octets: UInt64

    /// Creates a spell.
    public init(began: Timestamp, level: MirrorCut, frames: UInt64, octets: UInt64) {
        self.began = began
        last = began
        self.level = level
        self.frames = frames
        self.octets = octets
    }

    /// What is left out, in words that follow "the mirror cannot keep up: ".
    public var words: String {
        switch level {
        case .asked, .bulk: "payload of large frames that are no mail is left out"
        case .other: "payload of frames that are no mail is left out"
        case .whole: "frames are left out that are neither mail nor begin or end a connection"
        }
    }
}

/// Tells from the ledger when the mirror begins and ceases to leave things out.
public struct SheddingWatch: Sendable {
    /// What has changed.
    public enum Change: Hashable, Sendable {
        /// It began.
        case began(Shedding)
        /// It is worse than before.
        case worsened(Shedding)
        /// Nothing was left out for a second.
        case ended(Shedding)
    }

    /// What goes on now, or ended less than a second ago.
    public private(set) var current: Shedding?
    private var seen: [MirrorCut: UInt64]?
    private var seenOctets: [MirrorCut: UInt64] = [:]
    private var past: [Shedding] = []

    /// A watch that takes what it sees first as the past.
    public init() {}

    /// What went on at a time, or up to a second before or after it, as ledgers are told a little later.
    public func spell(at time: Timestamp) -> Shedding? {
        ((current.map { [$0] } ?? []) + past.reversed()).first { spell in
            time.duration(since: spell.began) >= .seconds(-1)
                && time.duration(since: spell.last) <= .seconds(1)
        }
    }

    /// How many spells that ended are remembered.
    private static let pastLimit = 16

    /// Compares the ledger with what it was.
    public mutating func look(at ledger: borrowing Ledger, _ time: Timestamp) -> Change? {
        let frames = Self.sums(ledger) { $0.mirrorCut }
        let octets = Self.sums(ledger) { $0.mirrorCutOctets }
        defer {
            seen = frames
            seenOctets = octets
        }
        guard let before = seen else { return nil }
        // A ledger that begins anew is none that grew.
        let grown = frames.filter { $0.value > before[$0.key, default: 0] }
        guard let worst = grown.keys.max(by: { $0.rawValue < $1.rawValue }) else {
            return endIfQuiet(time)
        }
        let news = Shedding(
            began: time,
            level: worst,
            frames: grown.reduce(0) { $0 &+ ($1.value &- before[$1.key, default: 0]) },
            octets: octets.reduce(0) { sum, new in
                sum &+ (new.value &- min(new.value, seenOctets[new.key, default: 0]))
            }
        )
        return add(news)
    }

    private mutating func add(_ news: Shedding) -> Change? {
        guard var whole = current else {
            current = news
            return .began(news)
        }
        let isWorse = news.level.rawValue > whole.level.rawValue
        whole.last = news.began
        whole.frames &+= news.frames
        whole.octets &+= news.octets
        if isWorse { whole.level = news.level }
        current = whole
        return isWorse ? .worsened(whole) : nil
    }

    private mutating func endIfQuiet(_ time: Timestamp) -> Change? {
        guard var whole = current else { return nil }
        if time < whole.last {
            // The clock was set back.
            whole.last = time
            current = whole
        }
        guard time.duration(since: whole.last) >= .seconds(1) else { return nil }
        current = nil
        past = past.suffix(Self.pastLimit - 1) + [whole]
        return .ended(whole)
    }

    private static func sums(
        _ ledger: borrowing Ledger,
        _ counters: (PortLedger) -> LossCounters<MirrorCut>
    ) -> [MirrorCut: UInt64] {
        var sums: [MirrorCut: UInt64] = [:]
        for line in ledger.ports {
            for cause in [MirrorCut.bulk, .other, .whole] {
                sums[cause, default: 0] &+= counters(line)[cause]
            }
        }
        return sums
    }
}
