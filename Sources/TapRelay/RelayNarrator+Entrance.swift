/// What is told of a client that guessed passwords and was let in, as far as the account is known.
extension RelayNarrator {
    /// The accounts that it got in to, as far as their names were seen; nil if none was.
    private func accounts(of incident: Incident) -> Phrase? {
        var names: [String] = []
        let seen = (incident.entrances ?? []).compactMap(\.account)
        for name in seen where !names.contains(name) { names.append(name) }
        return names.isEmpty ? nil : .list(names.map(Phrase.name), total: names.count)
    }

    /// What it is; nil if it is nothing of that kind, or no account is known.
    func enteredVerdict(of incident: Incident, _ values: TextValues) -> String? {
        guard incident.aspect == .guessedByClient, let accounts = accounts(of: incident) else {
            return nil
        }
        var values = values
        values[.account] = accounts
        return words(AccountTexts.entered, values)
    }

    /// What to do; nil if it is nothing of that kind, or an earlier hubtap kept it.
    func enteredAdvice(on incident: Incident, _ values: TextValues) -> String? {
        guard incident.aspect == .guessedByClient, let entrances = incident.entrances else {
            return nil
        }
        var values = values
        values[.account] = accounts(of: incident)
        let unseen = entrances.last { $0.account == nil }
        values[.form] = unseen.map { .plain(String($0.port)) }
        values[.since] = unseen.map { .time($0.since) }
        values[.until] = unseen.map { .time($0.until) }
        let texts = [
            values[.account] == nil ? nil : AccountTexts.adviceEntered,
            unseen == nil ? nil : AccountTexts.adviceEnteredUnseen,
        ]
        return texts.compactMap(\.self).map { words($0, values) }.joined(separator: " ")
    }
}
