import TapObserve
import TapRelay

extension HubtapConfiguration {
    /// Reads `rules`: for each rule whether it is on, its severity, and its thresholds by name.
    mutating func readRules(_ node: ConfigurationNode) throws(ConfigurationError) {
        let descriptions = RelayConfiguration.ruleDescriptions
        for (id, settings) in try node.mapping(knownTo: descriptions.map(\.identity.id)) {
            guard let rule = descriptions.first(where: { $0.identity.id == id }) else { continue }
            let known = ["enabled", "severity"] + rule.thresholds.map(\.name)
            for (name, value) in try settings.mapping(knownTo: known) {
                try set(name, of: rule, to: value)
            }
        }
    }

    private mutating func set(
        _ name: String,
        of rule: RuleDescription,
        to value: ConfigurationNode
    ) throws(ConfigurationError) {
        let id = rule.identity.id
        do {
            if let threshold = rule.thresholds.first(where: { $0.name == name }) {
                let number = try value.number(
                    in: threshold.range,
                    isWhole: threshold.unit == .count
                )
                try rules.setThreshold(name, of: id, to: number)
            } else if name == "enabled" {
                try rules.setEnabled(try value.bool(), of: id)
            } else {
                try rules.setSeverity(try value.choice(Self.severities), of: id)
            }
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw value.error("is \(value.kind)", "\(error)")
        }
    }

    private static let severities: [(name: String, value: Severity)] = [
        ("critical", .critical), ("high", .high), ("medium", .medium), ("low", .low),
    ]
}
