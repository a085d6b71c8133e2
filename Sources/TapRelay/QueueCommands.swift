/// What to type on a mail server to hold messages in its queue, and to remove them.
///
/// Only ids that are harmless in a shell stand in it.
struct QueueCommands: Hashable, Sendable {
    /// Holds them.
    let hold: String
    /// Removes them.
    let remove: String

    /// The commands for a server of `family`; nil if it is not known, or no id is.
    init?(_ family: MailServerFamily, ids: [String]) {
        let list = ids.filter(QueueID.isHarmless).joined(separator: " ")
        guard !list.isEmpty else { return nil }
        switch family {
        case .postfix:
            hold = "printf '%s\\n' \(list) | postsuper -h -"
            remove = "printf '%s\\n' \(list) | postsuper -d -"
        case .exim:
            hold = "exim -Mf \(list)"
            remove = "exim -Mrm \(list)"
        case .sendmail:
            // Sendmail has no command that removes a message: its files go.
            hold = "for id in \(list); do sendmail -Qrelay -qI$id; done"
            remove = "for id in \(list); do rm -f /var/spool/mqueue/?f$id; done"
        case .openSMTPD:
            hold = "for id in \(list); do smtpctl pause envelope $id; done"
            remove = "for id in \(list); do smtpctl remove $id; done"
        case .exchange:
            let found = list.split(separator: " ").map { "$_.Identity -like '*\\\($0)'" }
                .joined(separator: " -or ")
            let pick = "Get-Message -ResultSize Unlimited | Where-Object { \(found) }"
            hold = "\(pick) | Suspend-Message"
            remove = "\(pick) | Remove-Message -WithNDR $false"
        case .unknown: return nil
        }
    }
}
