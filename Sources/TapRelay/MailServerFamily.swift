/// Which software a mail server is, as far as its words tell: the advice names that software's settings.
package enum MailServerFamily: String, Sendable, Codable, CaseIterable {
    case postfix, exim, sendmail, openSMTPD, exchange, unknown

    /// Reads the family from a greeting and from a reply to the end of the data; nil where they do not tell.
    package init?(banner: String?, finalReply: String) {
        if let banner, let family = Self.named(in: banner) {
            self = family
            return
        }
        if finalReply.mentions("queued as ") {
            self = .postfix
        } else if finalReply.mentions("ok id=") {
            self = .exim
        } else if finalReply.mentions("queued mail for delivery") {
            self = .exchange
        } else if finalReply.mentions("message accepted for delivery") {
            // Both say so; OpenSMTPD's ids have eight hexadecimal digits, Sendmail's fourteen letters and digits.
            let isShort = QueueID(in: finalReply, of: .openSMTPD)?.text.utf8.count == 8
            self = isShort ? .openSMTPD : .sendmail
        } else {
            return nil
        }
    }

    private static func named(in banner: String) -> MailServerFamily? {
        if banner.mentions("postfix") { return .postfix }
        if banner.mentions("exim") { return .exim }
        if banner.mentions("opensmtpd") { return .openSMTPD }
        if banner.mentions("sendmail") { return .sendmail }
        if banner.mentions("microsoft esmtp") || banner.mentions("exchange") { return .exchange }
        return nil
    }
}
