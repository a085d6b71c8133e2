/// Which software a mail server is, as far as its words tell: the advice names that software's settings.
package enum MailServerFamily: String, Sendable, Codable, CaseIterable {
    case postfix, exim, sendmail, openSMTPD, exchange, unknown

    /// Reads the family from a greeting and from a reply to the end of the data; nil where they do not tell.
    package init?(banner: String?, finalReply: String) {
        if let banner, let family = Self.named(in: banner.lowercased()) {
            self = family
            return
        }
        let reply = finalReply.lowercased()
        if reply.contains("queued as ") {
            self = .postfix
        } else if reply.contains("ok id=") {
            self = .exim
        } else if reply.contains("queued mail for delivery") {
            self = .exchange
        } else if reply.contains("message accepted for delivery") {
            // Both say so; OpenSMTPD's ids have eight hexadecimal digits, Sendmail's fourteen letters and digits.
            let isShort = QueueID(in: finalReply, of: .openSMTPD)?.text.utf8.count == 8
            self = isShort ? .openSMTPD : .sendmail
        } else {
            return nil
        }
    }

    private static func named(in banner: String) -> MailServerFamily? {
        if banner.contains("postfix") { return .postfix }
        if banner.contains("exim") { return .exim }
        if banner.contains("opensmtpd") { return .openSMTPD }
        if banner.contains("sendmail") { return .sendmail }
        if banner.contains("microsoft esmtp") || banner.contains("exchange") { return .exchange }
        return nil
    }
}
