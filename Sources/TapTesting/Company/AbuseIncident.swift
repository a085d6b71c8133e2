public import TapWire

/// One abuse in a simulated company, as the one who does it knows it.
public struct AbuseIncident: Hashable, Sendable {
    /// Its number in the company, from 0.
    public var number: Int
    /// What is done.
    public var kind: AbuseKind
    /// How it is hidden.
    public var variant: AbuseVariant
    /// The server it is done to.
    public var server: IPAddress
    /// The account it is done with; nil without one.
    public var account: String?
    /// The host inside that does it; nil if it comes from outside.
    public var client: IPAddress?
    /// When it begins.
    public var start: Timestamp
    /// When its last session begins.
    public var end: Timestamp
}
