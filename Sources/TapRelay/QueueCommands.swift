import TapWire

/// What to type on a mail server to hold messages in its queue, to remove them, and to see what else waits there.
///
/// Only ids that are harmless in a shell stand in it.
struct QueueCommands: Hashable, Sendable {
    /// Holds them.
    let hold: String
    /// Removes them.
    let remove: String
    /// Lists what waits, where it can be told only what came `since` they did.
    let list: String

    /// The commands for a server of `family`; nil if it is not known, or no id is.
    init?(_ family: MailServerFamily, ids: [String], since: Timestamp) {
        let ids = ids.filter(QueueID.isHarmless).joined(separator: " ")
        guard !ids.isEmpty else { return nil }
        switch family {
        case .postfix:
            hold = "printf '%s\\n' \(ids) | postsuper -h -"
            remove = "printf '%s\\n' \(ids) | postsuper -d -"
            // The server's clock need not be ours.
            let start = since.nanoseconds / 1_000_000_000 - 60
            let facts = "[.queue_id, .sender, .recipients[].address] | @tsv"
            list = "postqueue -j | jq -r 'select(.arrival_time >= \(start)) | \(facts)'"
        case .exim:
            hold = "exim -Mf \(ids)"
            remove = "exim -Mrm \(ids)"
            list = "exim -bp"
        case .sendmail:
            // Sendmail has no command that removes a message: its files go.
            hold = "for id in \(ids); do sendmail -Qrelay -qI$id; done"
            remove = "for id in \(ids); do rm -f /var/spool/mqueue/?f$id; done"
            list = "mailq"
        case .openSMTPD:
            hold = "for id in \(ids); do smtpctl pause envelope $id; done"
            remove = "for id in \(ids); do smtpctl remove $id; done"
            list = "smtpctl show queue"
        case .exchange:
            let found = ids.split(separator: " ").map { "$_.Identity -like '*\\\($0)'" }
                .joined(separator: " -or ")
            let pick = "Get-Message -ResultSize Unlimited | Where-Object { \(found) }"
            hold = "\(pick) | Suspend-Message"
            remove = "\(pick) | Remove-Message -WithNDR $false"
            let young = "$_.DateReceived -ge '\(since.rfc3339)'"
            list = "Get-Message -ResultSize Unlimited | Where-Object { \(young) }"
        case .unknown: return nil
        }
    }
}
