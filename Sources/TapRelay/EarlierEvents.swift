/// The events before an incident was opened that are a part of it.
struct EarlierEvents: Sendable {
    /// What counts of them, oldest first.
    var mails: [CountedMail] = []
    /// The earliest of which that is known, as it was.
    var first: IncidentScene?

    /// None.
    static let none = EarlierEvents()

    /// Adds what else came before, which may be the same again.
    mutating func add(_ others: EarlierEvents) {
        let known = mails
        mails += others.mails.filter { !known.contains($0) }
        mails.sort { $0.time < $1.time }
        guard let other = others.first else { return }
        if first.map({ other.time < $0.time }) ?? true { first = other }
    }
}
