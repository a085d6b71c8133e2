import TapTesting

/// What is run.
struct Options {
    var seeds: [UInt64] = [1, 2, 3, 4, 5]
    var profile = CompanyProfile()
    /// What the rules are told of the company.
    var told = Told.all
    /// True to change the company's size, software, domains and share of TLS with the seed.
    var isVaried = false
    /// True to give the rules a table of where addresses are.
    var hasPlaces = false
    /// True to fail where a figure is not reached.
    var isGate = false
    /// True to print every abuse that was not told in time, and every rule that cried wolf.
    var isVerbose = false
    /// What is measured of the rules' cost instead; nil to measure how right they are.
    var cost: Measure?

    /// What can be measured of the rules' cost.
    enum Measure {
        /// Events a second.
        case rate
        /// Memory with many identities that habits keep.
        case habits
        /// Memory with many clients and senders, then events a second.
        case all
    }

    static let usage = """
        usage: relay-accuracy [--seeds N[,N...]] [--days N] [--users N] [--abuses N] [--tls SHARE] [--vary]
                              [--only KIND[,KIND...]] [--without-negatives] [--told WHAT] [--places]
                              [--small] [--gate] [--verbose]
               relay-accuracy --cost | --rate | --habits
          --abuses how often each abuse happens in a company, each time at a branch of its own
          --vary   other sizes, servers, domains and shares of TLS with each seed
          --told   all, networks (who may relay and the ports; servers and domains are learned) or ports
          --places a table of where addresses are, as mail.geoip names them
          --small  three companies of ten days, for every change
          --gate   exit code 1 if a figure falls below what is asked
          --rate   events a second through all rules, told and untold of the company
          --habits memory and events a second with 100,000 accounts and networks in 30 days
          --cost   memory with 100,000 clients and senders, then as --rate
          KIND     \(AbuseKind.allCases.map(\.rawValue).joined(separator: " "))
        """

    /// Reads the words of the command line; nil if they make no sense.
    init?(_ words: some Sequence<String>) {
        var rest = Array(words)[...]
        while let word = rest.popFirst() {
            switch word {
            case "--gate": isGate = true
            case "--verbose": isVerbose = true
            case "--cost": cost = .all
            case "--rate": cost = .rate
            case "--habits": cost = .habits
            case "--vary": isVaried = true
            case "--places": hasPlaces = true
            case "--without-negatives": profile.hasHardNegatives = false
            case "--small":
                seeds = [1, 2, 3]
                isVaried = true
                profile.days = 10
                profile.quietDays = 3
                profile.sessionsPerDay = 300
                profile.incidentsPerKind = 2
            default:
                guard let value = rest.popFirst(), set(word, value) else { return nil }
            }
        }
        guard profile.days > profile.quietDays, profile.incidentsPerKind > 0 else { return nil }
    }

    private mutating func set(_ word: String, _ value: String) -> Bool {
        let list = value.split(separator: ",").map(String.init)
        switch word {
        case "--seeds":
            seeds = list.compactMap { UInt64($0) }
            return !seeds.isEmpty
        case "--only":
            profile.kinds = list.compactMap { AbuseKind(rawValue: $0) }
            return profile.kinds.count == list.count
        case "--days":
            profile.days = Int(value) ?? 0
            profile.quietDays = min(profile.quietDays, profile.days / 3)
        case "--users": profile.users = max(8, Int(value) ?? 0)
        case "--abuses": profile.incidentsPerKind = Int(value) ?? 0
        case "--tls": profile.tlsShare = Double(value) ?? profile.tlsShare
        case "--told":
            guard let told = Told(rawValue: value) else { return false }
            self.told = told
        default: return false
        }
        return true
    }
}
