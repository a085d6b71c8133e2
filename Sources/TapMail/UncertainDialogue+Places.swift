/// Where the server may be in the client's lines.
extension UncertainDialogue {
    /// What the server takes the client's next line for.
    enum Mode: Int, CaseIterable, Sendable {
        case command
        /// It has said 354, and no line of the message was sent yet.
        case goAhead
        /// Inside a message.
        case text
        /// An answer to a challenge of AUTH.
        case answer
        /// A command, unless more replies come first to the message that ended before (LMTP).
        case owed
        /// Nothing: it waits for TLS.
        case tls
    }

    /// Where the server may be.
    struct Place: Hashable, Sendable {
        /// The item it deals with next.
        var index: Int
        var mode: Mode

        /// The same item, taken for something else.
        func turned(_ mode: Mode) -> Place { Place(index: index, mode: mode) }

        /// The next item.
        func next(_ mode: Mode) -> Place { Place(index: index + 1, mode: mode) }
    }

    /// Places before the first item: a bit for each mode; and one behind what was smuggled, if that was not read.
    struct FirstPlaces: Sendable {
        private let modes: UInt8
        private let smuggledCount: UInt8

        init(_ modes: [Mode], behind smuggledCount: UInt8) {
            self.modes = modes.reduce(0) { $0 | 1 << UInt8($1.rawValue) }
            self.smuggledCount = smuggledCount
        }

        var all: PlaceSet {
            let modes = Mode.allCases.filter { self.modes & 1 << UInt8($0.rawValue) != 0 }
            var places = PlaceSet(modes.map { Place(index: 0, mode: $0) })
            if smuggledCount > 0 {
                places.insert(Place(index: Int(smuggledCount), mode: .command))
            }
            return places
        }
    }

    /// A set of places: a word of bits for each mode.
    struct PlaceSet: Hashable, Sendable {
        private var words = SIMD8<UInt64>()

        init(_ places: [Place] = []) { for place in places { insert(place) } }

        var isEmpty: Bool { words == SIMD8() }

        func contains(_ place: Place) -> Bool {
            words[place.mode.rawValue] & (1 << UInt64(place.index)) != 0
        }

        /// Adds a place; false if it was in the set.
        @discardableResult
        mutating func insert(_ place: Place) -> Bool {
            guard !contains(place) else { return false }
            words[place.mode.rawValue] |= 1 << UInt64(place.index)
            return true
        }

        /// How many there are.
        var count: Int {
            words.indices.reduce(0) { $0 &+ words[$1].nonzeroBitCount }
        }

        /// The places, those before the same item one behind the other.
        var all: [Place] {
            var places: [Place] = []
            var indices = words.indices.reduce(0) { $0 | words[$1] }
            while indices != 0 {
                let index = indices.trailingZeroBitCount
                indices &= indices &- 1
                for mode in Mode.allCases where words[mode.rawValue] & (1 << UInt64(index)) != 0 {
                    places.append(Place(index: index, mode: mode))
                }
            }
            return places
        }

        func contains(where predicate: (Place) -> Bool) -> Bool { all.contains(where: predicate) }

        /// The only place; nil if there are several or none.
        var only: Place? { count == 1 ? all.first : nil }

        /// The first item that may not have been dealt with.
        var firstIndex: Int {
            let indices = words.indices.reduce(0) { $0 | words[$1] }
            return indices == 0 ? 0 : indices.trailingZeroBitCount
        }
    }
}
