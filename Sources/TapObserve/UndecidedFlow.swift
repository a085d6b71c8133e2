import TapFlow

/// A flow that an observer may yet claim: what it would have missed.
final class UndecidedFlow: Keeper {
    private var held: [(event: HeldEvent, moment: Moment)] = []
    private var openings: InlineArray<2, [UInt8]> = [[], []]
    /// Octets of each side, those behind a hole included.
    private var byteCounts: InlineArray<2, Int> = [0, 0]
    private var hasHole: InlineArray<2, Bool> = [false, false]
    private var first: Side?
    /// What was held back had to make room: nobody can claim the flow any more.
    private(set) var isGivenUp = false
    var standing = KeeperTable.Standing()

    /// What every flow may keep; more is reckoned.
    private static let freeByteCount = 4_096
    /// What an event is reckoned at, its octets apart.
    private static let eventByteCount = 128

    var keptByteCount: Int {
        let count = held.count &* Self.eventByteCount &+ byteCounts[0] &+ byteCounts[1]
        return count > Self.freeByteCount ? count : 0
    }

    func giveUp() {
        held = []
        openings = [[], []]
        isGivenUp = true
    }

    /// Asks with what both sides said first.
    func claim(_ ask: (borrowing Opening) -> Claim) -> Claim {
        let a = openings[0]
        let b = openings[1]
        return ask(Opening(a: a.span, b: b.span, first: first))
    }

    /// True if one side has said more than an observer is shown, or too much happened without saying anything.
    var isOpeningFull: Bool {
        byteCounts[0] >= Opening.limit || byteCounts[1] >= Opening.limit
            || held.count > 4 &* Opening.limit
    }

    /// Keeps an event for the session to come.
    func holdBack(_ event: borrowing StreamEvent, at moment: Moment) {
        held.append((HeldEvent(event), moment))
        switch copy event {
        case .bytes(let bytes, let side):
            let index = Int(side.rawValue)
            if first == nil { first = side }
            byteCounts[index] &+= bytes.count
            let room = Opening.limit &- openings[index].count
            guard !hasHole[index], room > 0 else { return }
            openings[index].append(copying: bytes.extracting(first: room))
        case .gap(_, let side): hasHole[Int(side.rawValue)] = true
        case .opened, .conflict, .ended, .closed: break
        }
    }

    /// What was held back, which is then forgotten.
    func takeHeldBack() -> [(event: HeldEvent, moment: Moment)] {
        defer { held = [] }
        return held
    }
}
