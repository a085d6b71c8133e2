import Foundation
import TapFlow
import TapMail
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("Sessions: roles, claims, odd servers, proxies")
struct SessionTests {
    private func settings(port: UInt16) -> TCPConversation.Settings {
        var settings = TCPConversation.Settings()
        settings.b = Endpoint(address: settings.b.address, port: port)
        return settings
    }

    @Test("on a foreign port mail is known by what is said")
    func claimByContent() {
        let dialogue = Dialogue(script: MailScripts.nullSender)
        #expect(Observed(dialogue, settings: settings(port: 1224)).transactions.count == 1)
    }

    @Test(
        "other protocols on foreign ports are left alone",
        arguments: [
            "S: 220 ftp ready\nC: USER anonymous\nS: 331 password\nC: PASS x\nS: 230 in",
            "C: GET / HTTP/1.0\nC: \nS: HTTP/1.0 200 OK",
            "S: +OK pop3\nC: USER a\nS: +OK",
            "S: SSH-2.0-OpenSSH\nC: SSH-2.0-x",
            "C= \\x05\\x01\\x00\nS= \\x05\\x00\nC= \\x05\\x01\\x00\nS: 220 m ESMTP\nC: EHLO c\nS: 250 m",
        ]
    )
    func claimRefused(script: String) {
        #expect(Observed(Dialogue(script: script), settings: settings(port: 1080)).events.isEmpty)
    }

    @Test("the dialect goes by port and by greeting")
    func dialects() {
        let dialogue = Dialogue(script: MailScripts.nullSender)
        #expect(Observed(dialogue, settings: settings(port: 587)).session?.dialect == .submission)
        #expect(Observed(dialogue, settings: settings(port: 25)).session?.dialect == .smtp)
        #expect(Observed(MailScripts.lmtp).session?.dialect == .lmtp)
    }

    @Test(
        "picked up from the wrong side: the server is found by its port, or by its words",
        arguments: [25, 4_000]
    )
    func rolesAtPickUp(port: UInt16) {
        // The frames of the server come first, so that the flow table takes it for the one that opened.
        let script = """
            S: 250 ok
            C: RSET
            S: 250 ok
            C: EHLO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 550 no
            C: QUIT
            S: 221 bye
            """
        let dialogue = Dialogue(script: script, hasHandshake: false)
        let seen = Observed(
            dialogue,
            settings: settings(port: port),
            configuration: .init(ports: [25, 4_000])
        )
        #expect(seen.transactions.map(\.mailFrom) == ["<a@y.org>"])
        #expect(seen.transactions.first?.summary == ["b@x.net=550"])
        #expect(seen.session?.isMidstream == true)
    }

    @Test("a verb is one only without a NUL in front of it")
    func verbBehindNUL() {
        for (nul, count) in [("", 1), ("\\x00", 0), ("\\x00\\x00\\x00\\x00", 0)] {
            let observed = Observed(
                """
                S: 220 m ESMTP
                C: EHLO c
                S: 250 m
                C= \(nul)MAIL FROM:<a@y.org>\\r\\n
                S: 250 ok
                C: QUIT
                S: 221 bye
                """
            )
            #expect(observed.transactions.count == count)
        }
    }

    @Test("servers that forget line ends and last lines")
    func danglingReplies() throws {
        let seen = Observed(MailScripts.danglingReplies)
        let mail = try #require(seen.transactions.first)
        #expect(seen.session?.banner == "m no line end here")
        #expect(seen.session?.helo == "c")
        #expect(mail.mailCode == 250)
        #expect(mail.summary == ["b@x.net=452", "c@x.net=250"])
        #expect(mail.code == 250)
        #expect(seen.anomalies.contains("dangling_reply"))
        #expect(seen.anomalies.contains("malformed_reply"))
        #expect(seen.anomalies.contains("unterminated_reply"))
    }

    @Test("of a reply that is cut off between CR and LF the CR is no part")
    func replyCutOff() {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S= 550 not here\\r
            """
        )
        #expect(seen.transactions.first?.recipients.map(\.text) == ["not here"])
    }

    @Test("a spare reply is noted and changes nothing")
    func spareReply() throws {
        let seen = Observed(
            """
            S: 220 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 250 ok
            S: 250 spare
            C: DATA
            S: 354 go
            C: x
            C: .
            S: 451 later
            S: 421 closing
            """
        )
        let mail = try #require(seen.transactions.first)
        #expect(mail.code == 451 && mail.outcome == .rejected && mail.summary == ["b@x.net=250"])
        #expect(seen.anomalies == ["unsolicited_reply"])
    }

    @Test("a server that is full, and one that refuses at once", arguments: [421, 554])
    func refusedAtOnce(code: Int) {
        let seen = Observed("S: \(code) go away")
        #expect(seen.session?.bannerCode == code)
        #expect(seen.session?.banner == "go away")
        #expect(seen.transactions.isEmpty)
    }

    @Test("a connection in which nothing is said")
    func silent() throws {
        let session = try #require(Observed("").session)
        #expect(session.banner == nil && session.helo == nil && !session.isOneSided)
    }

    @Test("PROXY version 1 and 2, and XCLIENT, name the real client")
    func proxies() {
        let rest = "S: 220 m\nC: HELO c\nS: 250 m\nC: MAIL FROM:<>\nS: 250 ok"
        let first = Observed("C: PROXY TCP4 198.51.100.7 192.0.2.25 1234 25\n" + rest)
        #expect(first.transactions.map(\.proxiedClient) == ["198.51.100.7"])
        let header =
            "\\r\\n\\r\\n\\0\\r\\nQUIT\\n\\x21\\x11\\x00\\x0c\\xc6\\x33\\x64\\x07\\xc0\\x00\\x02\\x19\\x04\\xd2\\x00\\x19"
        let second = Observed("C= \(header)\n" + rest)
        #expect(second.transactions.map(\.proxiedClient) == ["198.51.100.7"])
        #expect(second.session?.proxiedClient == "198.51.100.7")
        let third = Observed(
            """
            S: 220 m
            C: EHLO proxy
            S: 250-m
            S: 250 XCLIENT ADDR
            C: XCLIENT ADDR=198.51.100.7 NAME=x
            S: 220 m
            C: EHLO c
            S: 250 m
            C: MAIL FROM:<>
            S: 250 ok
            """
        )
        #expect(third.transactions.map(\.proxiedClient) == ["198.51.100.7"])
        #expect(third.session?.helo == "c")
    }

    @Test("what is held of a client that does not wait is bounded")
    func holdLimit() {
        var dialogue = Dialogue(script: "S: 220 m\nC: MAIL FROM:<>\nC: RCPT TO:<a@x.net>\nC: DATA")
        dialogue.a(String(repeating: "text and more text\r\n", count: 1_000))
        dialogue.a(".\r\n")
        dialogue.b("250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n")
        let seen = Observed(dialogue, configuration: .init(maximumHeldByteCount: 4_096))
        #expect(seen.transactions.map(\.dataOctets) == [20_000])
        #expect(seen.transactions.map(\.code) == [250])
        #expect(seen.anomalies == ["hold_overflow"])
    }

    @Test("events in EVE's form")
    func encoding() throws {
        let seen = Observed(MailScripts.nullSender)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let texts = try seen.events.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        let expected = [
            #"{"smtp":{"auth":null,"auth_state":"none","banner":"mail.example ESMTP Postfix","#,
            #""began":"2026-11-23T12:00:00.006000+00:00","#,
            #""code":250,"data_bytes":25,"encoding":"DATA","#,
            #""helo":"eyebox","incomplete":false,"mail_code":250,"mail_from":"<>","#,
            #""mail_params":{"SIZE":"1117"},"message":{"date":null,"hops":0,"id":null},"#,
            #""outcome":"accepted","queue_id":"4F3250ABCD","#,
            #""rcpt_codes":[250],"rcpt_texts":["2.1.5 Ok"],"rcpt_to":["<a@example.net>"],"#,
            #""reply":"2.0.0 Ok: queued as 4F3250ABCD","server":"mail.example","size":1117,"tls":false},"#,
            #""tx_id":0}"#,
        ].joined()
        #expect(texts.first == expected)
        let session = try #require(texts.last)
        for key in [
            #""protocol":"smtp""#, #""banner_code":220"#, #""starttls":"offered""#, #""tls":null"#,
            #""auth":[]"#,
            #""accepted":1"#, #""gaps":0"#, #""reason":"finished""#,
        ] {
            #expect(session.contains(key))
        }
    }

    @Test("transactions and sessions come back from their stored form")
    func codable() throws {
        for (_, script) in MailScripts.all {
            for event in Observed(script).events {
                switch event {
                case .transaction(let transaction):
                    let data = try JSONEncoder().encode(transaction.value)
                    #expect(
                        try JSONDecoder().decode(SMTPTransaction.self, from: data)
                            == transaction.value
                    )
                case .session(let summary):
                    let data = try JSONEncoder().encode(summary.value)
                    #expect(
                        try JSONDecoder().decode(SMTPSessionSummary.self, from: data)
                            == summary.value
                    )
                case .anomaly, .refusals: break
                case .exchange, .inferred, .overlap: Issue.record("exchanges are off")
                }
            }
        }
    }
}
