/// All rules, one typed line each, in the order in which they are asked.
typealias RelayRules = RuleSet<
    NullSenderRelayRule,
    OpenRelayRule,
    RelayAttemptRule,
    PeriodicRelayRule
>
