/// How an abuser tries not to be found.
public enum AbuseVariant: String, Sendable, Hashable, CaseIterable {
    /// Not at all.
    case plain
    /// Each interval is longer than the one before.
    case growing
    /// Intervals up to half as long, or half as long again.
    case jittered
    /// Every mail from an address of its own.
    case manyAddresses
    /// The first mail has more than a mebibyte.
    case bigFirst
    /// Messages in chunks (RFC 3030).
    case chunks
    /// All commands at once (RFC 2920).
    case pipelined
    /// Every octet in a segment of its own.
    case singleOctets
}
