/// An SMTP dialogue with everything that must be reported of it.
public struct SMTPScenario: Hashable, Sendable {
    /// The seed it was made from.
    public var seed: UInt64
    /// What is said.
    public var dialogue: Dialogue
    /// What must be reported.
    public var expectation: SMTPExpectation
    /// The corners it reaches.
    public var features: Set<SMTPFeature>
    /// Octets that must never be reported: passwords and tokens, as they are and as they are on the wire.
    public var secrets: [[UInt8]]
    /// What of the dialogue belongs together.
    public var course: SMTPCourse

    /// Makes the dialogue of a seed; the same seed always gives the same.
    public init(seed: UInt64) {
        var writer = SMTPScenarioWriter(seed: seed)
        self = writer.write()
    }

    init(
        seed: UInt64,
        dialogue: Dialogue,
        expectation: SMTPExpectation,
        features: Set<SMTPFeature>,
        secrets: [[UInt8]],
        course: SMTPCourse
    ) {
        self.seed = seed
        self.dialogue = dialogue
        self.expectation = expectation
        self.features = features
        self.secrets = secrets
        self.course = course
    }
}
