/// Dialogues that more than one suite looks at.
enum MailScripts {
    static let nullSender = """
        S: 220 mail.example ESMTP Postfix
        C: EHLO eyebox
        S: 250-mail.example
        S: 250-PIPELINING
        S: 250-SIZE 10240000
        S: 250 STARTTLS
        C: MAIL FROM:<> SIZE=1117
        S: 250 2.1.0 Ok
        C: RCPT TO:<a@example.net>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: Subject: x
        C: 
        C: ..dot
        C: end
        C: .
        S: 250 2.0.0 Ok: queued as 4F3250ABCD
        C: QUIT
        S: 221 2.0.0 Bye
        """

    static let pipelined = """
        S: 220 mail.example ESMTP
        C: EHLO c.example
        S: 250-mail.example
        S: 250 PIPELINING
        C: MAIL FROM:<s@y.org>
        C: RCPT TO:<a@x.net>
        C: RCPT TO:<b@x.net>
        C: RCPT TO:<c@x.net>
        C: RCPT TO:<d@x.net>
        C: DATA
        S: 250 2.1.0 ok
        S: 250 2.1.5 ok
        S: 550 5.1.1 no b
        S: 451 4.7.1 later c
        S: 250 2.1.5 ok
        S: 354 go
        C: text
        C: .
        C: QUIT
        S: 250 2.0.0 queued
        S: 221 bye
        """

    static let reset = """
        S: 220 m
        C: HELO c
        S: 250 m
        C: MAIL FROM:<one@y.org>
        S: 250 ok
        C: RSET
        S: 250 ok
        C: MAIL FROM:<two@y.org>
        S: 250 ok
        C: RCPT TO:<a@x.net>
        S: 554 5.7.1 Relay access denied
        C: RSET
        S: 250 ok
        C: MAIL FROM:<three@y.org>
        S: 250 ok
        C: RCPT TO:<a@x.net>
        S: 250 ok
        C: DATA
        S: 354 go
        C: .
        S: 250 ok
        C: QUIT
        S: 221 bye
        """

    static let helloInTheMiddle = """
        S: 220 m
        C: HELO c1
        S: 250 m
        C: MAIL FROM:<one@y.org>
        S: 250 ok
        C: EHLO c2
        S: 250-m
        S: 250 SIZE
        C: MAIL FROM:<two@y.org>
        S: 250 ok
        C: EHLO
        S: 501 need a name
        C: RCPT TO:<a@x.net>
        S: 250 ok
        C: DATA
        S: 354 go
        C: x
        C: .
        S: 250 ok
        """

    static let nestedMail = """
        S: 220 m
        C: MAIL FROM:<first@y.org>
        S: 250 ok
        C: MAIL FROM:<second@y.org>
        S: 503 nested
        C: RCPT TO:<a@x.net>
        S: 250 ok
        C: DATA
        S: 354 go
        C: x
        C: .
        S: 250 ok
        """

    static let outOfOrder = """
        S: 220 m
        C: HELO c
        S: 250 m
        C: RCPT TO:<bob@x.net>
        S: 503 need MAIL
        C: DATA
        S: 503-nothing to send
        S: 503 valid RCPT must precede DATA
        C: this text is sent all the same
        S: 500 unrecognized
        C: .
        S: 500 unrecognized
        C: MAIL FROM:<alice@y.org>
        S: 250 ok
        C: RCPT TO:<bob@x.net>
        S: 250 ok
        C: DATA
        S: 354 go
        C: x
        C: .
        S: 250 ok
        """

    static let refusedSender = """
        S: 220 m
        C: EHLO c
        S: 250 m
        C: MAIL FROM:<a@nowhere.test>
        C: RCPT TO:<a@x.net>
        C: DATA
        S: 553 5.1.8 no such domain
        S: 503 need MAIL
        S: 503 need MAIL
        C: RSET
        S: 250 ok
        C: MAIL FROM:<b@y.org>
        C: RCPT TO:<a@x.net>
        C: DATA
        S: 250 ok
        S: 250 ok
        S: 354 go
        C: x
        C: .
        S: 554 5.7.1 spam
        """

    static let probe = """
        S: 220 m
        C: HELO c
        S: 250 m
        C: MAIL FROM:<a@y.org>
        S: 250 ok
        C: QUIT
        S: 221 bye
        """

    static let chunks = """
        S: 220 m
        C: EHLO c
        S: 250-m
        S: 250 CHUNKING
        C: MAIL FROM:<a@y.org>
        C: RCPT TO:<b@x.net>
        C: BDAT 7
        C= one\\r\\ntw
        C: BDAT 8 last
        C= o\\r\\n.\\r\\nQU
        C: MAIL FROM:<c@y.org>
        C: RCPT TO:<d@x.net>
        C: BDAT 0 LAST
        S: 250 ok
        S: 250 ok
        S: 250 7 octets
        S: 250 queued
        S: 250 ok
        S: 550 no
        S: 503 no recipients
        C: QUIT
        S: 221 bye
        """

    static let login = """
        S: 220 m
        C: EHLO c
        S: 250-m
        S: 250 AUTH PLAIN LOGIN
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: anVsaWE=
        S: 334 UGFzc3dvcmQ6
        C: d3Jvbmctc2VjcmV0
        S: 535 5.7.8 no
        C: AUTH PLAIN AGp1bGlhAGNvcnJlY3Qgc2VjcmV0
        S: 235 2.7.0 ok
        C: MAIL FROM:<julia@example.org>
        S: 250 ok
        C: RCPT TO:<b@x.net>
        S: 250 ok
        C: DATA
        S: 354 go
        C: x
        C: .
        S: 250 ok
        C: QUIT
        S: 221 bye
        """

    static let smuggling = """
        S: 220 m
        C: EHLO c
        S: 250 m
        C: MAIL FROM:<outer@y.org>
        S: 250 ok
        C: RCPT TO:<a@x.net>
        S: 250 ok
        C: DATA
        S: 354 go
        C= one\\r\\n\\n.\\nMAIL FROM:<admin@victim.example>\\r\\nRCPT TO:<b@victim.example>\\r\\nDATA\\r\\nfake\\r\\n.\\r\\n
        S: 250 queued outer
        S: 250 ok
        S: 250 ok
        S: 354 go
        S: 250 queued inner
        C: QUIT
        S: 221 bye
        """

    static let lineFeeds = """
        S: 220 m
        C= HELO c\\n
        S: 250 m
        C= MAIL FROM:<a@y.org>\\n
        S: 250 ok
        C= RCPT TO:<b@x.net>\\n
        S: 250 ok
        C= DATA\\n
        S: 354 go
        C= one\\n..two\\n.\\nQUIT\\n
        S: 250 queued
        S: 221 bye
        """

    static let danglingReplies = """
        S= 220 m no line end here
        C: EHLO c
        S: 250-m
        C: MAIL FROM:<a@y.org>
        S: 250 ok
        C: RCPT TO:<b@x.net>
        S: 4.7.0 [IPTS04] no code at all
        S: 452
        C: RCPT TO:<c@x.net>
        S: 250
        C: DATA
        S= 354 go ahead
        C: x
        C: .
        S: 250 ok
        C: QUIT
        S: 225 odd
        """

    static let lmtp = """
        S: 220 lmtp.example
        C: LHLO c
        S: 250-lmtp.example
        S: 250 PIPELINING
        C: MAIL FROM:<a@y.org>
        C: RCPT TO:<one@x.net>
        C: RCPT TO:<two@x.net>
        C: RCPT TO:<three@x.net>
        C: DATA
        S: 250 ok
        S: 250 ok
        S: 550 no two
        S: 250 ok
        S: 354 go
        C: x
        C: .
        C: QUIT
        S: 452 4.2.2 one is full
        S: 250 2.0.0 three has it
        S: 221 bye
        """

    static let startTLS = """
        S: 220 m
        C: EHLO c
        S: 250-m
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        """

    static let plaintextAfterSTARTTLS = """
        S: 220 m
        C: EHLO c
        S: 250-m
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        C: EHLO again
        S: 250 m
        C: MAIL FROM:<a@y.org>
        S: 250 ok
        C: RCPT TO:<b@x.net>
        S: 250 ok
        C: DATA
        S: 354 go
        C: x
        C: .
        S: 250 ok
        """

    /// All of them, by name.
    static let all: [(name: String, script: String)] = [
        ("nullSender", nullSender), ("pipelined", pipelined), ("reset", reset),
        ("helloInTheMiddle", helloInTheMiddle), ("nestedMail", nestedMail),
        ("outOfOrder", outOfOrder),
        ("refusedSender", refusedSender), ("probe", probe), ("chunks", chunks), ("login", login),
        ("smuggling", smuggling), ("lineFeeds", lineFeeds), ("danglingReplies", danglingReplies),
        ("lmtp", lmtp), ("startTLS", startTLS), ("plaintextAfterSTARTTLS", plaintextAfterSTARTTLS),
    ]
}
