import TapMailTesting
import TapTesting

/// Counts the runs and shows the first differences, one of each dialogue.
struct Tally {
    /// How many differences are still shown.
    var shownAtMost: UInt64
    /// How many of the dialogues are still shown of which something untouched was not told exactly.
    var missingShownAtMost: UInt64
    private var lastShown: UInt64?
    private(set) var runs = 0
    private(set) var failures: [String: Int] = [:]
    /// What was told exactly of what the loss did not touch, of each kind and by the way of loss.
    private(set) var fidelities: [String: [MailLoss: Fidelity]] = [:]

    init(shownAtMost: UInt64, missingShownAtMost: UInt64) {
        self.shownAtMost = shownAtMost
        self.missingShownAtMost = missingShownAtMost
    }

    /// The dialogue as it was, what was lost between ⟦ and ⟧.
    private static func script(of remains: DialogueRemains) -> String {
        zip(remains.dialogue.steps, remains.seen).map { step, seen in
            switch step {
            case .say(let octets, let side), .lose(let octets, let side):
                "    \(side) " + marked(octets, seen)
            }
        }.joined(separator: "\n")
    }

    private static func marked(_ octets: [UInt8], _ seen: [Bool]) -> String {
        var text = ""
        for run in runs(of: seen) {
            let words = String(decoding: octets[run], as: UTF8.self).debugDescription
                .dropFirst().dropLast()
            text += seen[run.lowerBound] ? String(words) : "⟦" + words + "⟧"
        }
        return text
    }

    /// Where octets were seen, and where they were not, in turn.
    private static func runs(of seen: [Bool]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for index in seen.indices {
            if let last = runs.last, seen[last.lowerBound] == seen[index] {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }

    /// Takes what one run has shown.
    mutating func judge(
        _ name: String,
        _ seed: UInt64,
        _ remains: DialogueRemains,
        _ differences: [String]
    ) {
        runs += 1
        guard !differences.isEmpty else { return }
        failures[name, default: 0] += 1
        guard shownAtMost > 0, lastShown != seed else { return }
        shownAtMost -= 1
        show(name, seed, remains, differences)
    }

    /// Takes how exactly it was told what a loss did not touch.
    mutating func add(_ fidelity: Fidelity, of kind: String, _ loss: MailLoss) {
        fidelities[kind, default: [:]][loss, default: Fidelity()].add(fidelity)
    }

    /// Shows what is untouched and was not told exactly.
    mutating func show<Told>(
        missing: [Told],
        told: @autoclosure () -> [Told],
        _ name: String,
        _ seed: UInt64,
        _ remains: DialogueRemains
    ) {
        guard !missing.isEmpty, missingShownAtMost > 0 else { return }
        missingShownAtMost -= 1
        let words = missing.map { "not told: \($0)" } + told().map { "told:     \($0)" }
        show(name, seed, remains, words)
    }

    private mutating func show(
        _ name: String,
        _ seed: UInt64,
        _ remains: DialogueRemains,
        _ differences: [String]
    ) {
        lastShown = seed
        print("\(name), seed \(seed):")
        for difference in differences { print("  \(difference)") }
        print(Self.script(of: remains))
    }
}
