/// Where the frames of alerts are kept, and how many.
public struct EvidenceConfiguration: Hashable, Sendable {
    /// The folder of the files.
    public var directory: String
    /// How long before an alert's first frame the frames of its connection are kept.
    public var before: Duration
    /// How long after the alert they are.
    public var after: Duration
    /// Octets of all files together; the oldest are deleted for new ones.
    public var keep: Int
    /// The file of the private key that records are signed with; nil for no signatures.
    public var key: String?
    /// What else is bounded.
    public var limits = EvidenceLimits()

    /// Creates a configuration.
    public init(
        directory: String,
        before: Duration = .seconds(30),
        after: Duration = .seconds(10),
        keep: Int = 1 << 30,
        key: String? = nil
    ) {
        self.directory = directory
        self.before = before
        self.after = after
        self.keep = keep
        self.key = key
    }

    /// Octets of frames that one file may have: a quarter of what is kept in all, and 128 MiB at most.
    public var maximumFileOctets: Int { min(128 << 20, keep / 4) }
    /// Octets of frames of files that are not whole yet: half of what is kept in all.
    public var maximumOpenOctets: Int { keep / 2 }
}

/// What evidence takes at most beside room on the disk.
public struct EvidenceLimits: Hashable, Sendable {
    /// Files that are gathered at a time.
    public var openFiles = 64
    /// Files that wait to be gathered.
    public var waitingFiles = 1_000
    /// How long alerts of one connection may share one file, from the first on.
    public var span = Duration.seconds(300)
    /// Alerts of one file that are told of in it; those beyond are counted.
    public var alerts = 32
    /// Connections with an alert that are remembered, so that the next one shares their file.
    public var connections = 4_096

    /// The usual limits.
    public init() {}
}
