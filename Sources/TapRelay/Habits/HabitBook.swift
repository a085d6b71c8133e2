import TapFlow
import TapWire

/// The habits of all identities, in a memory that grows no larger than its limit.
///
/// Theory of operation. Records have a fixed size and lie in slots. Each slot is in one of two lists, of those with a
/// login and of those without, in the order in which they were touched. A new identity takes the slot of the one
/// touched longest ago, of those without a login first: a flood of made-up accounts and clients pushes out itself
/// before it pushes out one who ever logged in. What has changed since some revision stands at the ends of the lists.
/// The book is stored slot by slot, so that what was pushed out is overwritten in the store as well.
struct HabitBook: Sendable {
    /// A record in its slot.
    private struct Seat: Sendable {
        var key: UInt64
        var habit: Habit
        /// When it was changed last: the number of the change.
        var revision: UInt64 = 0

        func entry(in slot: UInt32) -> HabitEntry {
            HabitEntry(slot: Int(slot), octets: habit.encoded(key: key))
        }
    }

    /// Which list a slot is in.
    private enum List: Int, CaseIterable {
        /// From here the first make room for others.
        case withoutLogin
        case withLogin
    }

    private static let chunk = 256

    /// The clock by which habits age.
    private(set) var clock = HabitClock()
    /// The number of the latest change.
    private(set) var revision: UInt64 = 0
    /// How many identities made room for others since it was created or restored.
    private(set) var dropped: UInt64 = 0
    /// In pieces, so that it grows without being copied.
    private var seats: [[Seat]] = []
    private var index = SlotIndex()
    private let secret = HashSecret.shared
    /// The slots, each in its `List`, the one that was touched longest ago first.
    private var order = SlotLists(count: List.allCases.count)

    /// An empty book.
    init() {}

    /// How many identities it knows.
    var count: Int { index.count }

    /// Octets of a record in its slot.
    static var octetsOfSeat: Int { MemoryLayout<Seat>.stride }

    /// Seconds of the clock.
    var now: UInt32 { clock.seconds }

    /// Moves the clock.
    mutating func advance(to time: Timestamp) { clock.advance(to: time) }

    /// What `look` finds in the habit of `key`, which is not copied; nil if it is not known.
    @inline(__always)
    func look<Result>(at key: UInt64, _ look: (borrowing Habit) -> Result) -> Result? {
        slot(of: key).map { read($0) { look($0.habit) } }
    }

    /// The habit of `key`; nil if it is not known.
    subscript(key: UInt64) -> Habit? {
        slot(of: key).map { seats[Int($0) / Self.chunk][Int($0) % Self.chunk].habit }
    }

    /// Changes the habit of `key`, which becomes the youngest; makes room for it first if it is new.
    mutating func update<Result>(
        _ key: UInt64,
        _ kind: Habit.Kind,
        limit: Int,
        _ change: (inout Habit) -> Result
    ) -> Result {
        let slot = slot(of: key) ?? newSlot(for: key, kind, limit: limit)
        revision &+= 1
        let (stamp, now) = (revision, now)
        let result = withSeat(slot) { seat in
            seat.revision = stamp
            seat.habit.touch(at: now)
            return change(&seat.habit)
        }
        makeYoungest(slot)
        return result
    }

    /// Changes the habit of a key that is known; nil if it is not.
    @discardableResult
    mutating func change<Result>(_ key: UInt64, _ change: (inout Habit) -> Result) -> Result? {
        guard let slot = slot(of: key) else { return nil }
        revision &+= 1
        let stamp = revision
        let result = withSeat(slot) { seat in
            seat.revision = stamp
            return change(&seat.habit)
        }
        makeYoungest(slot)
        return result
    }
}

extension HabitBook {
    private func slot(of key: UInt64) -> UInt32? {
        let slot = index.slot(hash: key.hash(with: secret)) { slot in
            read(UInt32(truncatingIfNeeded: slot)) { $0.key == key }
        }
        return slot.map { UInt32(truncatingIfNeeded: $0) }
    }

    private mutating func withSeat<Result>(
        _ slot: UInt32,
        _ body: (inout Seat) -> Result
    ) -> Result {
        body(&seats[Int(slot) / Self.chunk][Int(slot) % Self.chunk])
    }

    // In line, so that no record is copied.
    @inline(__always)
    private func read<Value>(_ slot: UInt32, _ body: (borrowing Seat) -> Value) -> Value {
        body(seats[Int(slot) / Self.chunk][Int(slot) % Self.chunk])
    }

    /// A slot for an identity that is not known, as one of those without a login.
    private mutating func newSlot(for key: UInt64, _ kind: Habit.Kind, limit: Int) -> UInt32 {
        let fresh = Seat(key: key, habit: Habit(kind, at: now))
        let slot: UInt32
        if index.count >= limit, let victim = longestUnused {
            index.remove(Int(victim), hash: read(victim) { $0.key }.hash(with: secret))
            withSeat(victim) { $0 = fresh }
            dropped &+= 1
            slot = victim
        } else {
            slot = append(fresh)
        }
        index.insert(Int(slot), hash: key.hash(with: secret))
        makeYoungest(slot)
        return slot
    }

    private var longestUnused: UInt32? {
        let oldest =
            order.first(of: List.withoutLogin.rawValue) ?? order.first(of: List.withLogin.rawValue)
        return oldest.map { UInt32(truncatingIfNeeded: $0) }
    }

    private mutating func append(_ seat: Seat) -> UInt32 {
        if seats.last.map({ $0.count == Self.chunk }) ?? true {
            seats.append([])
            seats[seats.count - 1].reserveCapacity(Self.chunk)
        }
        seats[seats.count - 1].append(seat)
        order.addSlot()
        return UInt32((seats.count - 1) * Self.chunk + seats[seats.count - 1].count - 1)
    }

    /// Puts a slot at the end of the list that it belongs to.
    private mutating func makeYoungest(_ slot: UInt32) {
        let list = read(slot) { $0.habit.logins > 0 } ? List.withLogin : .withoutLogin
        order.append(Int(slot), to: list.rawValue)
    }
}

extension HabitBook {
    /// The records that were changed after `revision`, as they are stored.
    func entries(since revision: UInt64) -> [HabitEntry] {
        var entries: [HabitEntry] = []
        for list in [List.withLogin, .withoutLogin] {
            var place = order.last(of: list.rawValue)
            while let current = place {
                let slot = UInt32(truncatingIfNeeded: current)
                let entry = read(slot) { $0.revision > revision ? $0.entry(in: slot) : nil }
                guard let entry else { break }
                entries.append(entry)
                place = order.slot(before: current)
            }
        }
        return entries
    }

    /// Takes back what was stored, in the slots where it lay; returns how many records could not be read.
    ///
    /// Those of a higher slot than `limit` allows are left out. Where one is missing the others move up, and count as
    /// changed, so that the store comes to agree.
    mutating func restore(_ entries: [HabitEntry], limit: Int) -> Int {
        self = HabitBook(clock: clock)
        var unreadable = 0
        var ages: [(last: UInt32, slot: UInt32)] = []
        for entry in entries.sorted(by: { $0.slot < $1.slot }) where entry.slot < limit {
            guard let (key, habit) = Habit.decoded(entry.octets) else {
                unreadable += 1
                continue
            }
            guard self.slot(of: key) == nil else { continue }
            let slot = append(Seat(key: key, habit: habit))
            if Int(slot) != entry.slot { revision = 1 }
            index.insert(Int(slot), hash: key.hash(with: secret))
            ages.append((habit.last, slot))
        }
        // The clock of a checkpoint that is gone was further.
        clock.catchUp(to: ages.map(\.last).max() ?? 0)
        let stamp = revision
        for (_, slot) in ages.sorted(by: <) {
            withSeat(slot) { $0.revision = stamp }
            makeYoungest(slot)
        }
        return unreadable
    }

    private init(clock: HabitClock) { self.clock = clock }
}

extension HabitBook: Codable {
    private enum CodingKeys: String, CodingKey { case clock }

    /// Decodes the clock; the records are stored beside, each when it changes.
    init(from decoder: any Decoder) throws {
        clock = try decoder.container(keyedBy: CodingKeys.self)
            .decode(HabitClock.self, forKey: .clock)
    }

    /// Encodes the clock.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(clock, forKey: .clock)
    }
}
