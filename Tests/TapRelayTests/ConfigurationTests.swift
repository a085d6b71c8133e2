import TapObserve
import TapRelay
import TapWire
import Testing

@Suite("Settings of the rules")
struct RuleSettingsTests {
    @Test("every threshold has a default in its range")
    func defaults() {
        for rule in RelayConfiguration.ruleDescriptions {
            for threshold in rule.thresholds {
                #expect(threshold.allows(threshold.defaultValue) && !threshold.summary.isEmpty)
                #expect(
                    RelayConfiguration().settings(of: rule.identity.id)?.value(of: threshold.name)
                        == threshold.defaultValue
                )
            }
        }
    }

    @Test("every value in range is taken, and the judge can be made of its ends")
    func ends() throws {
        for rule in RelayConfiguration.ruleDescriptions {
            for threshold in rule.thresholds {
                for end in [threshold.range.lowerBound, threshold.range.upperBound] {
                    var configuration = RelayConfiguration.told
                    try configuration.setThreshold(threshold.name, of: rule.identity.id, to: end)
                    #expect(
                        RelayJudge.alerts(for: [.null, .relay, .refused], told: configuration).count
                            == 3
                    )
                }
            }
        }
    }

    @Test("what there is not, or is out of range, is refused and named")
    func refused() {
        var configuration = RelayConfiguration()
        #expect(throws: RelayConfigurationError(code: .unknownRule, rule: "relay.opne")) {
            try configuration.setEnabled(false, of: "relay.opne")
        }
        #expect(
            throws: RelayConfigurationError(
                code: .unknownThreshold,
                rule: "relay.null",
                key: "alpha"
            )
        ) {
            try configuration.setThreshold("alpha", of: "relay.null", to: 0.1)
        }
        for value in [0, 101, 2.5, .nan, .infinity, -1] {
            #expect(
                throws: RelayConfigurationError(
                    code: .thresholdOutOfRange,
                    rule: "relay.attempt",
                    key: "warn_at",
                    range: 1...100
                )
            ) {
                try configuration.setThreshold("warn_at", of: "relay.attempt", to: value)
            }
        }
        let error = RelayConfigurationError(code: .unknownRule, rule: "relay.opne")
        #expect(error.description == "there is no rule \"relay.opne\"")
    }

    @Test("a rule that is off is silent; with the null sender's off, relay.open takes its place")
    func disabled() throws {
        let withoutNull = try RelayConfiguration.told.with {
            try $0.setEnabled(false, of: "relay.null")
        }
        #expect(RelayJudge.alerts(for: [.null], told: withoutNull).map(\.rule.id) == ["relay.open"])
        let withoutOpen = try RelayConfiguration.told.with {
            try $0.setEnabled(false, of: "relay.open")
        }
        #expect(
            RelayJudge.alerts(for: [.relay, .null], told: withoutOpen).map(\.rule.id) == [
                "relay.null"
            ]
        )
        let withoutAttempt = try RelayConfiguration.told.with {
            try $0.setEnabled(false, of: "relay.attempt")
        }
        #expect(RelayJudge.alerts(for: [.refused], told: withoutAttempt).isEmpty)
    }

    @Test("a severity that is set replaces the rule's own, but doubt still lowers it")
    func severity() throws {
        let configuration = try RelayConfiguration.told.with {
            try $0.setSeverity(.high, of: "relay.attempt")
            try $0.setSeverity(.low, of: "relay.null")
        }
        #expect(
            RelayJudge.alerts(for: [.refused, .null], told: configuration).map(\.severity) == [
                .high, .low,
            ]
        )
        let unsure = try RelayConfiguration().with { try $0.setSeverity(.high, of: "relay.null") }
        let alerts = RelayJudge.alerts(for: [.null.with { $0.serverPort = 0 }], told: unsure)
        #expect(alerts.map(\.severity) == [.low])
    }

    @Test("thresholds are obeyed")
    func thresholds() throws {
        let configuration = try RelayConfiguration.told.with {
            try $0.setThreshold("warn_at", of: "relay.attempt", to: 2)
            try $0.setThreshold("window", of: "relay.attempt", to: 10)
            try $0.setThreshold("retry_window", of: "relay.open", to: 0)
        }
        let scenes =
            [0.0, 5, 20].map { at in Scene.refused.with { $0.at = at } } + [.relay, .relay]
        let severities = RelayJudge.alerts(for: scenes, told: configuration).map(\.severity)
        #expect(severities == [.low, .medium, .low, .medium, .high])
    }
}
