import TapMail
import TapWire

/// On what an account is accused: in how many places it was within the hour, how it got there, and the test.
///
/// Where a table of addresses places networks they count by countries, and others by the blocks that a registry was given.
/// One table knows some of both: so a country and a block in which nothing is placed are two parts of the world. Within a
/// country its operators hold many blocks, and a person is with few operators: who comes from blocks and operators that are
/// all different is in as many places as there are of these. In both networks that others of the server come from, too, do
/// not count.
extension StolenAccountRule {
    /// What accuses an account.
    struct Grounds {
        /// More networks than anybody uses, or more blocks of addresses of which no table tells.
        var isEverywhere = false
        /// More countries.
        var isAbroad = false
        /// More countries and blocks together.
        var isApart = false
        /// More operators, each in a block of its own.
        var isScattered = false
        /// Two leaps within a day.
        var hasLeaps = false
        /// The test.
        var isDecided = false

        /// The countries of the hour.
        var countries: [CountryCode] = []
        /// How many blocks of addresses are told.
        var regions = 0
        /// How many operators are told.
        var operators = 0

        /// True if there are any.
        var areAny: Bool { arePlaces || isDecided }
        /// True if it is where the account was that accuses it.
        var arePlaces: Bool { isEverywhere || restOnTables }
        /// True if tables of addresses have told some of it.
        var restOnTables: Bool { isAbroad || isApart || isScattered || hasLeaps }
        /// True if there are none without tables of addresses.
        var restOnTablesOnly: Bool { !isDecided && !isEverywhere }
        /// True if there is nothing but leaps.
        var areLeapsOnly: Bool {
            hasLeaps && !(isEverywhere || isAbroad || isApart || isScattered || isDecided)
        }

        /// Why it is accused.
        var words: [Bilingual] {
            var words: [Bilingual] = []
            if isAbroad {
                words = [AccountTexts.whyManyCountries]
            } else if isEverywhere {
                words = [AccountTexts.whyManyPlaces]
            } else if isApart {
                words = [AccountTexts.whyManyParts]
            } else if isScattered {
                words = [AccountTexts.whyManyOperators]
            } else if isDecided {
                words = [AccountTexts.whyNewPlaces]
            }
            guard hasLeaps else { return words }
            return words + [words.isEmpty ? AccountTexts.whyTooFast : AccountTexts.tooFastToo]
        }
    }

    /// On what the account is accused; `unshared` are those of its networks that others of the server do not come from.
    func grounds(_ verdict: Verdict, _ findings: Findings, unshared: [ClientNetwork]) -> Grounds {
        let parts = findings.parts(of: unshared)
        let operators = findings.operators(of: unshared)
        var grounds = Grounds()
        grounds.isEverywhere =
            verdict.networks.count > networks || verdict.regions > regions
        grounds.isAbroad = findings.countries.count > countries
        grounds.isApart =
            parts.countries > 0 && parts.countries + parts.regions > max(countries, regions)
        grounds.isScattered = operators > regions
        grounds.hasLeaps = findings.leap != nil
        grounds.isDecided = verdict.isDecided
        grounds.countries = findings.countries
        let isByParts = grounds.isApart && !grounds.isEverywhere && !grounds.isAbroad
        grounds.regions = isByParts ? parts.regions : verdict.regions
        grounds.operators = operators
        return grounds
    }
}

extension StolenAccountRule.Findings {
    /// True if a table says in which country a network is.
    func isPlaced(_ network: ClientNetwork) -> Bool {
        stops.contains { $0.network == network.rawValue }
    }

    /// In how many countries `networks` lie, and in how many blocks of addresses besides, in which no network is placed.
    func parts(of networks: [ClientNetwork]) -> (countries: Int, regions: Int) {
        guard !networks.isEmpty else { return (0, 0) }
        let placed = stops.filter { stop in networks.contains { $0.rawValue == stop.network } }
        // A block in which one network is placed may hold the others of it in that country.
        let known = Set(stops.map { ClientNetwork(rawValue: $0.network).region })
        let regions = Set(networks.filter { !isPlaced($0) }.map(\.region)).subtracting(known)
        return (Set(placed.map(\.country)).count, regions.count)
    }

    /// How many of `networks` have both an operator and a block of addresses that none before has.
    func operators(of networks: [ClientNetwork]) -> Int {
        guard !networks.isEmpty else { return 0 }
        var (systems, regions) = (Set<UInt32>(), Set<UInt8>())
        for stop in stops {
            let network = ClientNetwork(rawValue: stop.network)
            guard let system = stop.system, networks.contains(network),
                !systems.contains(system), !regions.contains(network.region)
            else { continue }
            systems.insert(system)
            regions.insert(network.region)
        }
        return systems.count
    }
}
