/// Whose texts a mail server answers with: the lengths of its replies follow from them.
public enum ReplyFamily: String, Hashable, Sendable, Codable, CaseIterable {
    case postfix, exim, sendmail, openSMTPD, exchange, gmail, qmail
    /// Texts that are in no list here.
    case other

    /// The family that a greeting names; nil where it names none.
    public init?(banner: String) {
        let text = Array(banner.utf8)
        if text.contains(ignoringCase: "postfix") {
            self = .postfix
        } else if text.contains(ignoringCase: "exim") {
            self = .exim
        } else if text.contains(ignoringCase: "opensmtpd") {
            self = .openSMTPD
        } else if text.contains(ignoringCase: "sendmail") {
            self = .sendmail
        } else if text.contains(ignoringCase: "microsoft esmtp")
            || text.contains(ignoringCase: "exchange")
        {
            self = .exchange
        } else if text.contains(ignoringCase: "gsmtp") {
            self = .gmail
        } else if text.contains(ignoringCase: "qmail") {
            self = .qmail
        } else {
            return nil
        }
    }

    /// How likely each family is before anything was heard; `hint` is what the greeting named.
    static func priors(hint: ReplyFamily?) -> [(family: ReplyFamily, weight: Double)] {
        guard let hint else {
            return [
                (.postfix, 0.34), (.exim, 0.18), (.exchange, 0.12), (.gmail, 0.06),
                (.sendmail, 0.06), (.openSMTPD, 0.03), (.qmail, 0.03), (.other, 0.18),
            ]
        }
        return [(hint, 0.92), (.other, 0.08)]
    }
}
