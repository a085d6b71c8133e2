/// What mail servers say, by family: the texts of their sources as their users see them on the wire.
///
/// `{...}` as in `ReplyLength.init(text:)`. The common texts of a class stand before the rare ones and weigh more.
enum ReplyTexts {
    /// A text and how common it is.
    struct Entry: Sendable {
        let length: ReplyLength
        let weight: Double
    }

    /// The lengths of a family's texts of one class.
    static func entries(of family: ReplyFamily, for type: ReplyClass) -> [Entry] {
        if let entries = table[family]?[type] { return entries }
        // Most servers answer the last chunk as they answer a lone dot.
        guard type.subject == .lastChunk else { return [] }
        return table[family]?[ReplyClass(.message, isPositive: type.isPositive)] ?? []
    }

    private static let table: [ReplyFamily: [ReplyClass: [Entry]]] = {
        var table: [ReplyFamily: [ReplyClass: [Entry]]] = [:]
        for family in ReplyFamily.allCases {
            for (subject, isPositive, texts) in texts(of: family) {
                let type = ReplyClass(subject, isPositive: isPositive)
                let total = texts.indices.reduce(0) { $0 + 1 / Double($1 + 1) }
                table[family, default: [:]][type] = texts.enumerated().map { place, text in
                    Entry(
                        length: ReplyLength(text: text),
                        weight: 1 / Double(place + 1) / total
                    )
                }
            }
        }
        return table
    }()

    private typealias Row = (ReplyClass.Subject, Bool, [String])

    private static func texts(of family: ReplyFamily) -> [Row] {
        switch family {
        case .postfix: postfix
        case .exim: exim
        case .sendmail: sendmail
        case .openSMTPD: openSMTPD
        case .exchange: exchange
        case .gmail: gmail
        case .qmail: qmail
        case .other: []
        }
    }

    /// The steps of AUTH LOGIN and PLAIN, base64 of `Username:` and `Password:`.
    private static let challenges: Row = (
        .challenge, true, ["334 VXNlcm5hbWU6", "334 VXNlcm5hbWU6", "334 "]
    )

    private static let postfix: [Row] = [
        challenges,
        (.greeting, true, ["220 {host} ESMTP Postfix", "220 {host} ESMTP Postfix {8-15}"]),
        (.mail, true, ["250 2.1.0 Ok"]),
        (
            .mail, false,
            [
                "530 5.7.0 Must issue a STARTTLS command first",
                "530 5.7.0 Authentication required",
                "553 5.7.1 <{from}>: Sender address rejected: not logged in",
                "450 4.1.8 <{from}>: Sender address rejected: Domain not found",
                "550 5.1.8 <{from}>: Sender address rejected: Domain not found",
                "554 5.7.1 <{from}>: Sender address rejected: Access denied",
                "552 5.3.4 Message size exceeds fixed limit",
                "503 5.5.1 Error: nested MAIL command",
            ]
        ),
        (.recipient, true, ["250 2.1.5 Ok"]),
        (
            .recipient, false,
            [
                "554 5.7.1 <{rcpt}>: Relay access denied",
                "454 4.7.1 <{rcpt}>: Relay access denied",
                "550 5.1.1 <{rcpt}>: Recipient address rejected: User unknown in local recipient table",
                "550 5.1.1 <{rcpt}>: Recipient address rejected: User unknown in virtual mailbox table",
                "550 5.1.1 <{rcpt}>: Recipient address rejected: User unknown in relay recipient table",
                "450 4.2.0 <{rcpt}>: Recipient address rejected: Greylisted",
                "554 5.7.1 <{rcpt}>: Recipient address rejected: Access denied",
                "504 5.5.2 <{rcpt}>: Recipient address rejected: need fully-qualified address",
                "450 4.1.2 <{rcpt}>: Recipient address rejected: Domain not found",
                "550 5.1.2 <{rcpt}>: Recipient address rejected: Domain not found",
                "554 5.7.1 <{from}>: Sender address rejected: Access denied",
                "553 5.7.1 <{from}>: Sender address rejected: not logged in",
                "452 4.5.3 Error: too many recipients",
            ]
        ),
        (.data, true, ["354 End data with <CR><LF>.<CR><LF>"]),
        (
            .data, false,
            ["554 5.5.1 Error: no valid recipients", "503 5.5.1 Error: need RCPT command"]
        ),
        (
            .message, true,
            [
                "250 2.0.0 Ok: queued as {9-11}", "250 2.0.0 Ok: queued as {5-8}",
                "250 2.0.0 Ok: queued as {12-16}",
            ]
        ),
        (
            .message, false,
            [
                "552 5.3.4 Error: message file too big", "451 4.3.0 Error: queue file write error",
                "550 5.7.1 {4-60}", "452 4.3.1 Insufficient system storage",
            ]
        ),
        (.lastChunk, true, ["250 2.0.0 Ok: {size} bytes queued as {8-11}"]),
        (.chunk, true, ["250 2.0.0 Ok: {size} bytes"]),
        (.reset, true, ["250 2.0.0 Ok"]),
        (.quit, true, ["221 2.0.0 Bye"]),
        (.login, true, ["235 2.7.0 Authentication successful"]),
        (
            .login, false,
            [
                "535 5.7.8 Error: authentication failed: authentication failure",
                "535 5.7.8 Error: authentication failed: ",
                "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6",
                "535 5.7.8 Error: authentication failed: generic failure",
                "535 5.7.8 Error: authentication failed: (reason unavailable)",
                "454 4.7.0 Temporary authentication failure: {0-60}",
                "535 5.7.8 Error: authentication failed: {0-60}",
            ]
        ),
    ]

    private static let exim: [Row] = [
        challenges,
        (.greeting, true, ["220 {host} ESMTP Exim {4-8} {3}, {1-2} {3} {4} {8} {5}"]),
        (.mail, true, ["250 OK"]),
        (
            .mail, false,
            [
                "550 Sender verify failed", "550 Administrative prohibition",
                "503 sender already given",
            ]
        ),
        (.recipient, true, ["250 Accepted"]),
        (
            .recipient, false,
            [
                "550 relay not permitted", "550 Unrouteable address", "550 Unknown user",
                "550 Administrative prohibition", "451 Temporary local problem - please try later",
                "550 Sender verify failed", "550 relay not permitted",
            ]
        ),
        (.data, true, ["354 Enter message, ending with \".\" on a line by itself"]),
        (
            .data, false,
            [
                "503 Valid RCPT command must precede DATA",
                "503-All RCPT commands were rejected with this error:{67}",
                "503-All RCPT commands were rejected with this error:{60-110}",
            ]
        ),
        (.message, true, ["250 OK id={16}", "250 OK id={16}", "250 OK id={23}"]),
        (
            .message, false,
            [
                "550 Administrative prohibition", "552 Message size exceeds maximum permitted",
                "550 {10-80}",
            ]
        ),
        (.lastChunk, true, ["250- {size} byte chunk, total {size}\r\n250 OK id={16}"]),
        (.chunk, true, ["250 {size} byte chunk received"]),
        (.reset, true, ["250 Reset OK"]),
        (.quit, true, ["221 {host} closing connection"]),
        (.login, true, ["235 Authentication succeeded"]),
        (
            .login, false,
            [
                "535 Incorrect authentication data", "535 Incorrect authentication data",
                "435 Unable to authenticate at present",
                "503 AUTH command used when not advertised",
            ]
        ),
    ]

    private static let sendmail: [Row] = [
        challenges,
        (
            .greeting, true,
            ["220 {host} ESMTP Sendmail {6-20}; {3}, {1-2} {3} {4} {8} {5}"]
        ),
        (.mail, true, ["250 2.1.0 <{from}>... Sender ok"]),
        (
            .mail, false,
            [
                "553 5.1.8 <{from}>... Domain of sender address {from} does not exist",
                "530 5.7.0 Authentication required", "550 5.0.0 Access denied",
            ]
        ),
        (
            .recipient, true,
            [
                "250 2.1.5 <{rcpt}>... Recipient ok",
                "250 2.1.5 <{rcpt}>... Recipient ok (will queue)",
            ]
        ),
        (
            .recipient, false,
            [
                "550 5.7.1 <{rcpt}>... Relaying denied",
                "550 5.7.1 <{rcpt}>... Relaying denied. Proper authentication required.",
                "550 5.1.1 <{rcpt}>... User unknown",
                "550 5.7.1 <{rcpt}>... Relaying denied. IP name lookup failed [{7-15}]",
                "450 4.7.1 <{rcpt}>... Relaying temporarily denied. Cannot resolve PTR record for {7-15}",
            ]
        ),
        (
            .data, true,
            [
                "354 Enter mail, end with \".\" on a line by itself",
                "354 End data with <CR><LF>.<CR><LF>",
            ]
        ),
        (.data, false, ["503 5.0.0 Need RCPT (recipient)"]),
        (.message, true, ["250 2.0.0 {14} Message accepted for delivery"]),
        (
            .message, false,
            ["552 5.2.3 Message is too large; {1-9} bytes max", "554 5.7.1 {10-60}"]
        ),
        (.reset, true, ["250 2.0.0 Reset state"]),
        (.quit, true, ["221 2.0.0 {host} closing connection"]),
        (.login, true, ["235 2.0.0 OK Authenticated"]),
        (
            .login, false,
            [
                "535 5.7.0 authentication failed", "535 5.7.0 authentication failed",
                "454 4.3.0 {10-40}",
            ]
        ),
    ]

    private static let openSMTPD: [Row] = [
        challenges,
        (.greeting, true, ["220 {host} ESMTP OpenSMTPD"]),
        (.mail, true, ["250 2.0.0 Ok"]),
        (
            .mail, false,
            [
                "530 5.5.1 Invalid command: Must issue an AUTH command first",
                "550 5.1.0 Sender rejected: <{from}>", "451 4.3.0 Temporary Error",
            ]
        ),
        (.recipient, true, ["250 2.1.5 Destination address valid: Recipient ok"]),
        (
            .recipient, false,
            [
                "550 Invalid recipient: <{rcpt}>", "550 Invalid recipient", "524 5.2.4 {20-60}",
                "451 4.3.0 Temporary Error",
            ]
        ),
        (
            .data, true,
            [
                "354 Enter mail, end with \".\" on a line by itself",
                "354 End data with <CR><LF>.<CR><LF>",
            ]
        ),
        (.data, false, ["503 5.5.1 Invalid command: Not allowed at this point."]),
        (.message, true, ["250 2.0.0 {8} Message accepted for delivery"]),
        (.message, false, ["554 5.3.4 Message too big", "550 5.7.1 {10-60}"]),
        (.reset, true, ["250 2.0.0 Reset state"]),
        (.quit, true, ["221 2.0.0 Bye"]),
        (.login, true, ["235 2.0.0 Authentication succeeded"]),
        (
            .login, false,
            ["535 Authentication failed", "535 5.7.8 Authentication failed", "421 4.3.0 {10-40}"]
        ),
    ]

    private static let exchange: [Row] = [
        challenges,
        (
            .greeting, true,
            ["220 {host} Microsoft ESMTP MAIL Service ready at {3}, {1-2} {3} {4} {8} {5}"]
        ),
        (.mail, true, ["250 2.1.0 Sender OK"]),
        (
            .mail, false,
            [
                "530 5.7.1 Client was not authenticated", "530 5.7.57 {40-120}",
                "501 5.1.7 Invalid address",
            ]
        ),
        (.recipient, true, ["250 2.1.5 Recipient OK"]),
        (
            .recipient, false,
            [
                "550 5.7.1 Unable to relay",
                "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
                "550 5.1.1 User unknown", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; {20-60}",
            ]
        ),
        (.data, true, ["354 Start mail input; end with <CRLF>.<CRLF>"]),
        (.data, false, ["503 5.5.2 Need rcpt command"]),
        (
            .message, true,
            [
                "250 2.6.0 <{20-80}> [InternalId={5-16}, Hostname={10-50}] Queued mail for delivery",
                "250 2.6.0 <{20-80}> [InternalId={5-16}, Hostname={10-50}] {3-8} bytes in {5}, {5-9} KB/sec Queued mail for delivery",
            ]
        ),
        (
            .message, false,
            ["554 5.2.0 {20-120}", "552 5.3.4 Message size exceeds fixed maximum message size"]
        ),
        (.chunk, true, ["250 2.6.0 CHUNK received OK, {size} octets"]),
        (.reset, true, ["250 2.0.0 Resetting"]),
        (.quit, true, ["221 2.0.0 Service closing transmission channel"]),
        (.login, true, ["235 2.7.0 Authentication successful"]),
        (
            .login, false,
            [
                "535 5.7.3 Authentication unsuccessful",
                "535 5.7.3 Authentication unsuccessful [{20-60}]",
            ]
        ),
    ]

    private static let gmail: [Row] = [
        challenges,
        (.greeting, true, ["220 {host} ESMTP {session} - gsmtp"]),
        (.mail, true, ["250 2.1.0 OK {session} - gsmtp"]),
        (
            .mail, false,
            [
                "530-5.7.0 Authentication Required. {60-160} {session} - gsmtp",
                "550-5.7.1 {60-400} - gsmtp",
            ]
        ),
        (.recipient, true, ["250 2.1.5 OK {session} - gsmtp"]),
        (
            .recipient, false,
            ["550-5.1.1 {180-420} {session} - gsmtp", "452-4.2.2 {100-300} {session} - gsmtp"]
        ),
        (
            .data, true,
            ["354 Go ahead {session} - gsmtp", "354  Go ahead {session} - gsmtp"]
        ),
        (.data, false, ["503 5.5.1 RCPT first. {0-80} {session} - gsmtp"]),
        (
            .message, true,
            ["250 2.0.0 OK {10} {session} - gsmtp", "250 2.0.0 OK  {10} {session} - gsmtp"]
        ),
        (
            .message, false,
            ["550-5.7.1 {100-500} {session} - gsmtp", "550-5.7.26 {200-900} {session} - gsmtp"]
        ),
        (.reset, true, ["250 2.1.5 Flushed {session} - gsmtp"]),
        (.quit, true, ["221 2.0.0 closing connection {session} - gsmtp"]),
        (.login, true, ["235 2.7.0 Accepted"]),
        (
            .login, false,
            ["535-5.7.8 Username and Password not accepted. {40-160} {session} - gsmtp"]
        ),
    ]

    private static let qmail: [Row] = [
        challenges,
        (.greeting, true, ["220 {host} ESMTP"]),
        (.mail, true, ["250 ok"]),
        (.mail, false, ["553 sorry, your envelope sender {20-60}"]),
        (.recipient, true, ["250 ok"]),
        (
            .recipient, false,
            [
                "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
                "550 sorry, no mailbox here by that name (#5.1.1)",
            ]
        ),
        (.data, true, ["354 go ahead"]),
        (.data, false, ["503 RCPT first (#5.5.1)"]),
        (.message, true, ["250 ok {10} qp {3-7}"]),
        (
            .message, false,
            ["552 sorry, that message size exceeds my databytes limit (#5.3.4)", "554 {10-60}"]
        ),
        (.reset, true, ["250 flushed"]),
        (.quit, true, ["221 {host}"]),
        (.login, true, ["235 ok, go ahead (#2.0.0)"]),
        (.login, false, ["535 authentication failed (#5.7.1)"]),
    ]
}
