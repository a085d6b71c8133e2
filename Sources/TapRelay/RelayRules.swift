/// All rules, one typed line each, in the order in which they are asked.
typealias RelayRules = RuleSet<
    NullSenderRelayRule,
    FormRelayRule,
    OpenRelayRule,
    RelayAttemptRule,
    PeriodicRelayRule,
    ProvenRelayRule,
    NattedRelayRule,
    SmugglingRule,
    STARTTLSInjectionRule,
    OutboundBotRule,
    BackscatterRule,
    ReputationRule,
    RefusalSurgeRule,
    RetryStormRule,
    STARTTLSStrippedRule,
    PostureChangedRule,
    WeakPostureRule,
    SlowServerRule,
    EvasionRule,
    BlindRule
>
