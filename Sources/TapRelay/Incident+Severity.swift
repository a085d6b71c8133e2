import TapObserve
import TapWire

extension Incident {
    /// So long it must have been less bad than it was told, for somebody to have read that.
    private static let readAfter = Duration.seconds(3_600)
    /// No sooner is it told again that it has become as bad again: what goes to and fro is known.
    private static let riseAfter = Duration.seconds(7 * 86_400)

    /// Notes whether it is as bad again as it was `told`; true if that is news.
    mutating func riseAgain(to told: Severity, at time: Timestamp) -> Bool {
        guard let since = loweredSince, severity >= told else { return false }
        loweredSince = nil
        // Behind a clock that was set back nothing tells how long that has been.
        let isKnown =
            risenAt.map { (.zero..<Self.riseAfter).contains(time.duration(since: $0)) } ?? false
        let isFresh = (.zero..<Self.readAfter).contains(time.duration(since: since))
        guard !isFresh, !isKnown else { return false }
        risenAt = time
        return true
    }

    /// True if all that is known of it came from clients of `network`, a neighbourhood.
    func isOnly(of network: IPAddress) -> Bool {
        // The first and the latest are the only ones that are known by their addresses.
        tally.clients <= (first.client == latest.client ? 1 : 2)
            && first.client.neighbourhood == network
            && latest.client.neighbourhood == network
    }
}
