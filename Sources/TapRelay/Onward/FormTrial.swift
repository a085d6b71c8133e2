import TapWire

/// The ways in which one client has asked to relay lately.
struct FormTrial: Sendable, Codable {
    /// One way, and the server's latest answer to it.
    struct Entry: Hashable, Sendable, Codable {
        var form: RelayForm
        var code: Int?
        var isTaken: Bool
        var time: Timestamp

        /// True if the server said 2xx to the recipient.
        var isAccepted: Bool { code.map { (200..<300).contains($0) } ?? false }
    }

    /// Each way once, in the order of its latest use.
    private(set) var entries: [Entry] = []
    /// How bad what was told is: 0 for nothing, 1 for all refused, 2 for one accepted, 3 for a message taken.
    var told = 0

    /// Takes an answer, and forgets what is older than `window`.
    mutating func observe(_ entry: Entry, window: Duration) {
        entries = entries.filter { earlier in
            let age = entry.time.duration(since: earlier.time)
            return earlier.form != entry.form && (.zero...window).contains(age)
        }
        if entries.isEmpty { told = 0 }
        entries.append(entry)
    }

    /// How many different forms of a relay test there are.
    var testForms: Int { entries.count(where: \.form.isOfTests) }

    /// How bad it is, in the numbers of `told`.
    var outcome: Int {
        if entries.contains(where: \.isTaken) { return 3 }
        return entries.contains(where: \.isAccepted) ? 2 : 1
    }
}
