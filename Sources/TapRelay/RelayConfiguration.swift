public import TapObserve
public import TapWire

/// What the relay rules are told: who is inside, which servers and domains are ours, who may relay.
///
/// All of it may be empty. What is not told is learned or guessed from the traffic, which lowers an alert's
/// confidence and severity, and the alert says so.
public struct RelayConfiguration: Hashable, Sendable {
    /// The ports on the servers' side; empty: learned from where servers answer.
    public var inside: Set<PortIndex>
    /// The mail servers to protect; empty: learned.
    public var servers: [IPNetwork]
    /// What the servers accept mail for, each with all that lies below it; empty: guessed from the servers' names.
    public var domains: [MailDomain]
    /// Who may relay through the servers without a login.
    public var networks: [IPNetwork]
    /// Whom the house writes to: no recipient in it is novel.
    public var contacts = ContactBook()
    /// Where addresses are; nil: nothing is known of that, and nothing said.
    public var places: PlaceSource?
    /// The settings of every rule, in the order the rules are documented.
    public private(set) var rules: [RuleSettings]
    /// When alerts of one kind are only counted.
    public var alertSuppression: AlertSuppression
    /// How much is remembered.
    public var limits: RelayLimits
    /// The language of the alerts.
    public var language: RelayLanguage

    /// Creates a configuration; what is left out has the documented default.
    public init(
        inside: Set<PortIndex> = [],
        servers: [IPNetwork] = [],
        domains: [MailDomain] = [],
        networks: [IPNetwork] = [],
        alertSuppression: AlertSuppression = .standard,
        limits: RelayLimits = .standard,
        language: RelayLanguage = .english
    ) {
        self.inside = inside
        self.servers = servers
        self.domains = domains
        self.networks = networks
        self.alertSuppression = alertSuppression
        self.limits = limits
        self.language = language
        rules = RelayRules.descriptions.map(RuleSettings.init)
    }

    /// Every rule there is, with its thresholds, for messages and documentation.
    public static var ruleDescriptions: [RuleDescription] { RelayRules.descriptions }

    /// The settings of the rule called `id`; nil if there is none so called.
    public func settings(of id: String) -> RuleSettings? {
        rules.first { $0.rule.identity.id == id }
    }

    /// Switches the rule called `id` on or off.
    public mutating func setEnabled(_ isEnabled: Bool, of id: String)
        throws(RelayConfigurationError)
    {
        rules[try index(of: id)].isEnabled = isEnabled
    }

    /// Sets the severity of the rule called `id`; nil gives it back its own.
    public mutating func setSeverity(_ severity: Severity?, of id: String)
        throws(RelayConfigurationError)
    {
        rules[try index(of: id)].severity = severity
    }

    /// Sets a threshold of the rule called `id`: a count, seconds or a share, as its unit says.
    public mutating func setThreshold(
        _ name: String,
        of id: String,
        to value: Double
    ) throws(RelayConfigurationError) {
        try rules[try index(of: id)].set(name, to: value)
    }

    private func index(of id: String) throws(RelayConfigurationError) -> Int {
        guard let index = rules.firstIndex(where: { $0.rule.identity.id == id }) else {
            throw RelayConfigurationError(code: .unknownRule, rule: id)
        }
        return index
    }
}
