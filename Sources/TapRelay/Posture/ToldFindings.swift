import TapWire

/// When findings that do not go away by themselves were told last, by their digests: once a day is enough.
struct ToldFindings: Sendable, Codable {
    private var told = BoundedTable<UInt64, Timestamp>()
    /// How long a finding is not told again.
    static let interval = Duration.nanoseconds(day)
    private static let day: Int64 = 86_400_000_000_000

    /// How many there are.
    var count: Int { told.count }

    /// True if the finding was not told within a day; it counts as told now.
    mutating func tell(
        _ finding: String,
        of server: IPAddress,
        port: UInt16,
        at time: Timestamp,
        limit: Int
    ) -> Bool {
        var digest = Digest()
        digest.combine(finding)
        digest.combine(server)
        digest.combine(UInt64(port))
        return told.update(digest.value, limit: limit, default: .distantPast) { last in
            let age = time.nanoseconds(since: last)
            guard last == .distantPast || age >= Self.day || age < 0 else { return false }
            last = time
            return true
        }
    }
}
