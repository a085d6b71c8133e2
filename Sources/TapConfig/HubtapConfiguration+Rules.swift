import TapObserve
import TapRelay

extension HubtapConfiguration {
    /// Reads `rules`: for each rule whether it is on, its severity, and its thresholds by name.
    mutating func readRules(_ node: ConfigurationNode) throws(ConfigurationError) {
        let descriptions = RelayConfiguration.ruleDescriptions
        for (id, rule) in try node.mapping(knownTo: descriptions.map(\.identity.id)) {
            let thresholds =
                descriptions.first { $0.identity.id == id }?.thresholds.map(\.name) ?? []
            for (name, value) in try rule.mapping(knownTo: ["enabled", "severity"] + thresholds) {
                try set(name, of: id, to: value)
            }
        }
    }

    private mutating func set(
        _ name: String,
        of id: String,
        to value: ConfigurationNode
    ) throws(ConfigurationError) {
        do {
            switch name {
            case "enabled": try rules.setEnabled(try value.bool(), of: id)
            case "severity": try rules.setSeverity(try value.choice(Self.severities), of: id)
            default:
                let number = try value.number(
                    in: -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
                )
                try rules.setThreshold(name, of: id, to: number)
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
