import TapWire

/// In which countries the clients of an incident are: at most `limit` of them, in the order in which they came.
struct CountryTally: Hashable, Sendable {
    /// How many countries are counted; there are 249 (ISO 3166-1), and a table may have inventions of its own.
    static let limit = 256

    /// A country with its clients.
    struct Entry: Hashable, Sendable, Codable {
        var country: CountryCode
        var clients: Int
    }

    private var entries: [Entry] = []

    /// How many countries there are.
    var count: Int { entries.count }

    /// The tally with one client more.
    func counting(_ country: CountryCode) -> CountryTally {
        var tally = self
        if let index = entries.firstIndex(where: { $0.country == country }) {
            tally.entries[index].clients &+= 1
        } else if entries.count < Self.limit {
            tally.entries.append(Entry(country: country, clients: 1))
        }
        return tally
    }

    /// The countries with the most clients, of equal ones in the order of their letters.
    func mostCommon(_ count: Int) -> [Entry] {
        let sorted = entries.sorted { one, other in
            one.clients == other.clients
                ? one.country < other.country : one.clients > other.clients
        }
        return Array(sorted.prefix(count))
    }
}

extension CountryTally: Codable {
    /// Decodes the countries, no more than are counted.
    init(from decoder: any Decoder) throws {
        let stored = try decoder.singleValueContainer().decode([Entry].self)
        entries = Array(stored.prefix(Self.limit))
    }

    /// Encodes the countries.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(entries)
    }
}
