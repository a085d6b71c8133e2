import TapTesting

/// Counts the runs and shows the first differences, one of each dialogue.
struct Tally {
    /// How many differences are still shown.
    var shownAtMost: UInt64
    private var lastShown: UInt64?
    private(set) var runs = 0
    private(set) var failures: [String: Int] = [:]

    init(shownAtMost: UInt64) { self.shownAtMost = shownAtMost }

    private static func script(of scenario: SMTPScenario) -> String {
        scenario.dialogue.steps.map { step in
            switch step {
            case .say(let octets, let side), .lose(let octets, let side):
                "    \(side) \(String(decoding: octets, as: UTF8.self).debugDescription)"
            }
        }.joined(separator: "\n")
    }

    /// Takes what one run has shown.
    mutating func judge(_ name: String, _ scenario: SMTPScenario, _ differences: [String]) {
        runs += 1
        guard !differences.isEmpty else { return }
        failures[name, default: 0] += 1
        guard shownAtMost > 0, lastShown != scenario.seed else { return }
        shownAtMost -= 1
        lastShown = scenario.seed
        print("\(name), seed \(scenario.seed):")
        for difference in differences { print("  \(difference)") }
        print(Self.script(of: scenario))
    }
}
