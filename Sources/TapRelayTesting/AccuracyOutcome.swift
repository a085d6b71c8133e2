public import TapRelay
public import TapTesting

/// What became of one abuse.
public struct AccuracyOutcome: Sendable {
    /// The abuse.
    public var incident: AbuseIncident
    /// How it counts on the line.
    public var row: AccuracyRow
    /// By which mail it was told, 0 before the first; nil if it never was.
    public var mail: Int?
    /// Nanoseconds from the reply that ended that mail until it was told.
    public var delay: Int64 = 0
    /// How many mails there were.
    public var mailCount: Int
    /// Classes it was told as and should not have been.
    public var wrongClasses: Set<IncidentClass> = []

    /// True if it was told in time.
    public var isInTime: Bool { mail.map { $0 <= row.mailLimit } ?? false }
}
