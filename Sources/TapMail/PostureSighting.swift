public import TapFlow

/// Something that a server was seen to use: when first and when last.
public struct PostureSighting: Hashable, Sendable, Codable {
    /// What.
    public private(set) var name: String
    /// When it was seen first.
    public private(set) var first: Moment
    /// When it was seen last.
    public private(set) var last: Moment
    /// How often.
    public private(set) var count: UInt64 = 1

    /// How many are kept; another one takes the place of that seen longest ago.
    static let limit = 8
    /// How many times a server has chosen before another choice is news.
    static let settledCount: UInt64 = 20

    /// Begins with what is seen first.
    init(_ name: String, at moment: Moment) {
        self.name = name
        first = moment
        last = moment
    }

    /// Takes one more time.
    mutating func repeats(at moment: Moment) {
        last = moment
        count &+= 1
    }
}

extension Array<PostureSighting> {
    /// Notes that `name` was seen; the change, if it is one to tell.
    ///
    /// What a server chooses depends on its clients, so that all of it shows with time: nothing is told of the first
    /// choices, nor of a server that chooses so many that not all are remembered.
    mutating func see(_ name: String, as subject: PostureChange.Subject, at moment: Moment)
        -> PostureChange?
    {
        // Mostly it is one of those that are known.
        if let index = firstIndex(where: { $0.name == name }) {
            self[index].repeats(at: moment)
            return nil
        }
        let known = self
        see(name, at: moment)
        let choices = known.reduce(UInt64(0)) { $0 &+ $1.count }
        guard known.count < PostureSighting.limit, choices >= PostureSighting.settledCount,
            let newest = known.newest
        else { return nil }
        return PostureChange(
            subject,
            from: known.map(\.name).sorted().joined(separator: ", "),
            to: name,
            meaning: .changed,
            before: newest.last,
            after: moment
        )
    }

    /// Notes that `name` was seen.
    mutating func see(_ name: String, at moment: Moment) {
        if let index = firstIndex(where: { $0.name == name }) {
            self[index].repeats(at: moment)
            return
        }
        if count >= PostureSighting.limit,
            let oldest = indices.min(by: { self[$0].last.time < self[$1].last.time })
        {
            remove(at: oldest)
        }
        append(PostureSighting(name, at: moment))
    }

    /// The one seen last.
    public var newest: PostureSighting? { self.max { $0.last.time < $1.last.time } }
}
