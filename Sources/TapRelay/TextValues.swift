/// What stands in the gaps of a text: a phrase for each slot, in the order in which they were given.
///
/// There are a dozen at the most, which are quicker to go through than to hash.
struct TextValues: Sendable {
    /// A slot and what stands in it.
    private struct Entry: Sendable {
        let slot: TextTemplate.Slot
        var phrase: Phrase
    }

    private var entries: [Entry] = []

    /// What stands in `slot`; nil for nothing.
    subscript(slot: TextTemplate.Slot) -> Phrase? {
        get {
            // By a span, so that no entry is copied but the one that is asked for.
            let list = entries.span
            for place in list.indices where list[place].slot == slot { return list[place].phrase }
            return nil
        }
        set {
            let place = entries.firstIndex { $0.slot == slot }
            switch (place, newValue) {
            case (let place?, let phrase?): entries[place].phrase = phrase
            case (let place?, nil): entries.remove(at: place)
            case (nil, let phrase?): entries.append(Entry(slot: slot, phrase: phrase))
            case (nil, nil): return
            }
        }
    }
}

extension TextValues: ExpressibleByDictionaryLiteral {
    /// Takes phrases with their slots; of a slot that is named twice the first counts.
    init(dictionaryLiteral pairs: (TextTemplate.Slot, Phrase)...) {
        entries = pairs.map { Entry(slot: $0, phrase: $1) }
    }
}

extension TextValues: Equatable {
    /// True if both have the same phrase in each slot, in whatever order.
    static func == (one: TextValues, other: TextValues) -> Bool {
        one.entries.count == other.entries.count
            && one.entries.allSatisfy { other[$0.slot] == $0.phrase }
    }
}
