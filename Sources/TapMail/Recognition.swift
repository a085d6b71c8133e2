/// Whether anything of the protocol was seen in a connection that was claimed by its port alone.
///
/// Other things are spoken there, too: a file server's client may call from port 993. Where both sides' octets were seen and
/// none of them were understood, there was no session to tell of.
struct Recognition: Sendable {
    /// True once a line or TLS was understood.
    private(set) var isSure = false

    /// A line was understood; what is no text was so by chance.
    mutating func note(_ line: ArraySlice<UInt8>) {
        guard !isSure else { return }
        isSure = line.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    /// Whether the connection is to be told of.
    ///
    /// - Parameters:
    ///   - tls: What followed TLS, if any began.
    ///   - isMidstream: True if its beginning was not seen; else it was opened to a port of mail, which is told of if the
    ///     server said nothing else.
    ///   - serverOctets: Octets that the server said.
    /// - Returns: False if what was said is of something else.
    func isSession(_ tls: TLSConnection?, isMidstream: Bool, serverOctets: UInt64) -> Bool {
        if isSure { return true }
        if let tls, tls.hasRecords(of: .client), tls.hasRecords(of: .server) { return true }
        if let facts = tls?.facts, facts.versionNumber != nil || !facts.offeredVersions.isEmpty {
            return true
        }
        guard !isMidstream else { return false }
        guard serverOctets > 0 else { return true }
        return tls.map { !$0.isForeign(.client) && !$0.isForeign(.server) } ?? false
    }
}
