/// What was odd in a session.
///
/// The raw values stand in the `anomalies` of a session's summary.
enum MailAnomaly: String, Sendable, CaseIterable {
    /// The client spoke before the greeting.
    case earlyTalker = "early_talker"
    /// A line went on beyond the limit that is kept.
    case lineTooLong = "line_too_long"
    /// A command or a reply ended with LF alone.
    case bareLineFeed = "lf_only"
    /// A CR without LF inside a command.
    case bareCarriageReturn = "bare_cr"
    /// A NUL inside a command.
    case nulOctet = "nul_octet"
    /// The server took something else than CRLF.CRLF for the end of the data.
    case oddEndOfData = "nonstandard_end_of_data"
    /// What stood behind such an end was taken for commands (CVE-2023-51764 and its kin).
    case smuggling = "smuggling_accepted"
    /// A reply to a message that had not ended.
    case earlyReply = "reply_during_data"
    /// A server line that is no reply.
    case malformedReply = "malformed_reply"
    /// A multi-line reply that never ended.
    case danglingReply = "dangling_reply"
    /// A reply line that never ended.
    case unterminatedReply = "unterminated_reply"
    /// A reply that no command asked for.
    case unsolicitedReply = "unsolicited_reply"
    /// More commands without reply than are remembered.
    case commandOverflow = "command_overflow"
    /// More octets than are held came before the reply that says what they are.
    case holdOverflow = "hold_overflow"
    /// Plain text between STARTTLS and its reply (CVE-2011-0411 and its kin).
    case plaintextBehindSTARTTLS = "plaintext_behind_starttls"
    /// The server spoke on in the clear behind its 220 to STARTTLS (CVE-2021-38371 and its kin).
    case replyBehindSTARTTLS = "reply_behind_starttls"
    /// The dialogue went on in the clear after 220 to STARTTLS.
    case plaintextAfterSTARTTLS = "plaintext_after_starttls"
    /// A TLS hello was answered in the clear.
    case tlsAnsweredInClear = "tls_answered_in_clear"
    /// After 220 to STARTTLS came neither TLS nor text.
    case unknownAfterSTARTTLS = "unknown_after_starttls"
    /// The client began TLS with the hello of SSL 2.0.
    case version2Hello = "sslv2_hello"
    /// A BDAT command that is none.
    case invalidChunk = "invalid_bdat"
    /// MAIL inside a transaction was refused.
    case nestedMail = "nested_mail"
    /// DATA was accepted with no envelope.
    case noEnvelope = "data_without_envelope"
    /// A proxy named the real client.
    case proxied = "proxied"
    /// Overlapping segments differed.
    case overlapConflict = "overlap_conflict"
    /// More recipients in one transaction than are kept.
    case recipientOverflow = "recipient_overflow"
    /// To follow it behind a hole or inside TLS was more work than all connections together may make.
    case workLimit = "work_limit"
    /// What was kept of it until a reply decides was given up: all connections together kept too much.
    case roomLimit = "room_limit"
    /// More attempts to log in than are kept.
    case loginOverflow = "login_overflow"
}

extension MailAnomaly {
    /// Under which names sessions with these `anomalies` are counted, as something of them was not understood or not kept.
    static func losses(in anomalies: [String]) -> [String] {
        anomalies.compactMap { name in
            MailAnomaly(rawValue: name)?.isLoss == true ? "sessions_with_" + name : nil
        }
    }

    private var isLoss: Bool {
        switch self {
        case .lineTooLong, .malformedReply, .danglingReply, .unterminatedReply, .unsolicitedReply,
            .commandOverflow, .holdOverflow, .unknownAfterSTARTTLS, .invalidChunk,
            .recipientOverflow, .loginOverflow:
            true
        case .earlyTalker, .bareLineFeed, .bareCarriageReturn, .nulOctet, .oddEndOfData,
            .smuggling, .earlyReply, .plaintextBehindSTARTTLS, .replyBehindSTARTTLS,
            .plaintextAfterSTARTTLS, .tlsAnsweredInClear, .version2Hello, .nestedMail,
            .noEnvelope, .proxied, .overlapConflict:
            false
        // What was given up is counted itself.
        case .workLimit, .roomLimit: false
        }
    }
}
