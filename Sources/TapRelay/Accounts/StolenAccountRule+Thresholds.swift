/// The thresholds of `account.stolen`, each with what its default rests on.
extension StolenAccountRule {
    static let places = [
        RuleThreshold(
            name: "networks",
            unit: .count,
            defaultValue: 10,
            range: 2...10,
            summary:
                "More networks within an hour than this; a telephone on a train changes its operator's network a few "
                + "times an hour at most."
        ),
        RuleThreshold(
            name: "regions",
            unit: .count,
            defaultValue: 3,
            range: 1...10,
            summary:
                "More parts of the world within an hour than this, of those that no table of addresses places: blocks that a "
                + "registry was given, /8 and /12, of which a country's operators hold some and a person meets one or "
                + "two in an hour."
        ),
        RuleThreshold(
            name: "countries",
            unit: .count,
            defaultValue: 3,
            range: 1...10,
            summary:
                "More countries within an hour than this, where a table of addresses is configured: at a border a telephone "
                + "is in two, and who is in none of them has a tunnel to another."
        ),
        RuleThreshold(
            name: "speed",
            unit: .count,
            defaultValue: 1_000,
            range: 200...100_000,
            summary:
                "Kilometres an hour that nobody travels, where a table of addresses has coordinates: an airliner flies 900. "
                + "It must be twice within a day."
        ),
    ]

    static let shares = [
        RuleThreshold(
            name: "theta0",
            unit: .share,
            defaultValue: 0.05,
            range: 0.001...0.5,
            summary:
                "The least share of the messages of an honest user that go to strangers: new recipients only, some of them "
                + "in domains that are new to the account; its own share counts where it is larger."
        ),
        RuleThreshold(
            name: "theta1",
            unit: .share,
            defaultValue: 0.8,
            range: 0.51...0.99,
            summary: "The same share of a thief."
        ),
        RuleThreshold(
            name: "soon",
            unit: .share,
            defaultValue: 0.08,
            range: 0.01...1,
            summary:
                "How often an honest user who came to a new network is in another new one within the hour, and where there "
                + "are three, goes from one to another of them."
        ),
        RuleThreshold(
            name: "later",
            unit: .share,
            defaultValue: 0.25,
            range: 0...1,
            summary:
                "What a message weighs that follows from the same new network, and each further new domain of one: a "
                + "traveller stays where he is, and writes to many from there."
        ),
    ]

    static let errors = [
        RuleThreshold(
            name: "alpha",
            unit: .share,
            defaultValue: 0.000_1,
            range: 0.000_000_001...0.05,
            summary:
                "How often the test may accuse wrongly. With this four messages from four new networks decide, or five "
                + "of which one goes to somebody known, so that a theft is told by its fifth message."
        ),
        RuleThreshold(
            name: "beta",
            unit: .share,
            defaultValue: 0.01,
            range: 0.000_1...0.5,
            summary: "How often the test may miss."
        ),
        RuleThreshold(
            name: "half_life",
            unit: .seconds,
            defaultValue: 432_000,
            range: 3_600...2_592_000,
            summary:
                "In which time what was found counts half. With this a thief who sends once a day is told on the fourth, "
                + "and a journey a fortnight ago is forgotten."
        ),
    ]

    static let learned = [
        RuleThreshold(
            name: "learning",
            unit: .seconds,
            defaultValue: 604_800,
            range: 0...2_592_000,
            summary:
                "How long an account must be known before new recipients say much: a week holds its habits."
        ),
        RuleThreshold(
            name: "least_messages",
            unit: .count,
            defaultValue: 10,
            range: 0...Double(AgedShare.memory),
            summary:
                "How many messages from its own networks must be known, not counting its first ten, which go to new people "
                + "whoever sends them."
        ),
        RuleThreshold(
            name: "refusal_share",
            unit: .share,
            defaultValue: 0.2,
            range: 0.01...1,
            summary:
                "From this share of refused recipients on it is critical: lists that are bought are old."
        ),
    ]
}
