import TapMail
import TapWire

/// Tells a message that is sent again, and a guess that was told, from news.
struct RelayRepetition: Sendable {
    /// How long a message that comes again is a retry.
    let retryWindow: Duration
    /// How many messages and guesses are remembered.
    let limit: Int

    /// How long a guess is not told again.
    static let day = Duration.seconds(86_400)

    /// Marks what `relay` repeats.
    func mark(
        _ relay: RelayCase,
        of transaction: Shared<SMTPTransaction>,
        at server: IPAddress,
        domains: DomainBasis,
        time: Timestamp,
        memory: inout RelayMemory
    ) {
        relay.isRetry = isRetry(relay, transaction, server, time, &memory)
        guard !relay.isRetry, relay.isRelayed, domains.isGuess else { return }
        // A server may serve domains its name does not show. Each is asked about once a day, not with every mail.
        var isTold = true
        for key in guessDigests(of: relay, at: server) {
            isTold = isRecent(key, within: Self.day, at: time, &memory) && isTold
        }
        relay.isToldGuess = isTold
    }

    /// A refusal for good is not tried again by honest servers, so it counts each time.
    private func isRetry(
        _ relay: RelayCase,
        _ transaction: Shared<SMTPTransaction>,
        _ server: IPAddress,
        _ time: Timestamp,
        _ memory: inout RelayMemory
    ) -> Bool {
        let isPutOff = !relay.refused.contains { $0.recipient.isRefusedForGood }
        guard relay.isRelayed || (isPutOff && !relay.refused.isEmpty) else {
            return false
        }
        // Both kinds in one table: what was put off first and accepted then is news.
        let key =
            relay.isRelayed
            ? digest(of: transaction, at: server, named: transaction.value.message?.identifier)
            : ~digest(of: transaction, at: server, named: nil)
        return isRecent(key, within: retryWindow, at: time, &memory)
    }

    /// The name of the message: the same for the same sender, recipients and size, and the same Message-ID where there is
    /// one, for a template makes messages of one size.
    private func digest(
        of transaction: Shared<SMTPTransaction>,
        at server: IPAddress,
        named identifier: String?
    ) -> UInt64 {
        var digest = Digest()
        digest.combine(server)
        digest.combine(transaction.mailFrom ?? "")
        for address in transaction.recipients.map(\.address).sorted() { digest.combine(address) }
        digest.combine(transaction.messageOctets ?? .max)
        digest.combine(identifier ?? "")
        return digest.value
    }

    /// One name for each domain among the accepted strangers, in order.
    private func guessDigests(of relay: RelayCase, at server: IPAddress) -> [UInt64] {
        let digests = relay.accepted.map { stranger in
            var digest = Digest()
            digest.combine(server)
            switch stranger.address.destination {
            case .domain(let domain): digest.combine(domain.name)
            case .literal(let address): digest.combine(address)
            case .nobody, .withoutDomain, .unreadable: break
            }
            return digest.value
        }
        return Set(digests).sorted()
    }

    /// True if `key` was first seen within `window`; else it is seen first now.
    private func isRecent(
        _ key: UInt64,
        within window: Duration,
        at time: Timestamp,
        _ memory: inout RelayMemory
    ) -> Bool {
        memory.relays.update(key, limit: limit, default: .distantPast) { first in
            let age = time.duration(since: first)
            guard age >= window || age < .zero || first == .distantPast else { return true }
            first = time
            return false
        }
    }
}
