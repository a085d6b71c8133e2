/// The thresholds of `harvest.directory`, each with what its default rests on.
extension HarvestRule {
    static let thresholds = [
        RuleThreshold(
            name: "theta0",
            unit: .share,
            defaultValue: 0.1,
            range: 0.001...0.5,
            summary: "Share of unknown recipients of an honest client."
        ),
        RuleThreshold(
            name: "theta1",
            unit: .share,
            defaultValue: 0.7,
            range: 0.51...0.99,
            summary: "The same share of one who guesses."
        ),
        RuleThreshold(
            name: "alpha",
            unit: .share,
            defaultValue: 0.000_01,
            range: 0.000_000_001...0.05,
            summary:
                "How often the test may accuse wrongly; with this it takes 6 refusals in a row, or 8 among 10 "
                + "recipients, and a site with 10,000 clients a quarter errs less than once."
        ),
        RuleThreshold(
            name: "beta",
            unit: .share,
            defaultValue: 0.01,
            range: 0.000_1...0.5,
            summary: "How often the test may miss."
        ),
        RuleThreshold(
            name: "session_refusals",
            unit: .count,
            defaultValue: 10,
            range: 2...1_000,
            summary: "So many in one session tell whatever was accepted beside them."
        ),
        RuleThreshold(
            name: "network_refusals",
            unit: .count,
            defaultValue: 20,
            range: 2...64,
            summary:
                "So many from one network in the window tell: a guesser who changes addresses."
        ),
        RuleThreshold(
            name: "window",
            unit: .seconds,
            defaultValue: 600,
            range: 10...86_400,
            summary: "How far back the refusals of a network are counted."
        ),
        RuleThreshold(
            name: "moved_clients",
            unit: .count,
            defaultValue: 3,
            range: 2...32,
            summary: "A recipient that so many clients ask for existed once."
        ),
    ]
}
