import Foundation
import TapMail
import TapTesting
import Testing

@Suite("Logins: the user's name, the code, never the secret")
struct LoginTests {
    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    @Test("a failed and a good login, and the transaction knows the user")
    func loginThenMail() throws {
        let seen = Observed(MailScripts.login)
        #expect(
            seen.session?.logins == [
                SMTPLogin(mechanism: "LOGIN", user: "julia", code: 535),
                SMTPLogin(mechanism: "PLAIN", user: "julia", code: 235),
            ]
        )
        #expect(seen.transactions.first?.authentication == .user("julia"))
    }

    @Test(
        "every mechanism shows its user",
        arguments: [
            ("AUTH PLAIN " + base64("\0tim\0tanstaaf"), [], "PLAIN", "tim"),
            ("auth plain", [base64("admin\0tim\0tanstaaf")], "PLAIN", "tim"),
            ("AUTH LOGIN " + base64("tim"), [base64("tanstaaf")], "LOGIN", "tim"),
            ("AUTH CRAM-MD5", [base64("tim b913a602c7eda7a495b4e6e7334d3890")], "CRAM-MD5", "tim"),
            (
                "AUTH XOAUTH2 " + base64("user=tim@x.net\u{1}auth=Bearer tanstaaf\u{1}\u{1}"), [],
                "XOAUTH2", "tim@x.net"
            ),
            (
                "AUTH OAUTHBEARER " + base64("n,a=tim@x.net,\u{1}auth=Bearer tanstaaf\u{1}\u{1}"),
                [], "OAUTHBEARER",
                "tim@x.net"
            ),
            (
                "AUTH SCRAM-SHA-256 " + base64("n,,n=ti=2Cm,r=rOprNGfwEbeRWgbNEkqO"), [],
                "SCRAM-SHA-256", "ti,m"
            ),
            ("AUTH EXTERNAL " + base64("tim"), [], "EXTERNAL", "tim"),
            ("AUTH EXTERNAL =", [], "EXTERNAL", nil),
            ("AUTH GSSAPI YIICaQ==", ["YIICaQ=="], "GSSAPI", nil),
            ("AUTH NTLM", ["TlRMTVNTUAABAAAA", "TlRMTVNTUAADAAAA"], "NTLM", nil),
            (
                "AUTH DIGEST-MD5",
                [base64("username=\"tim\",realm=\"x.net\",nonce=\"OA6M\",response=d388dad9")],
                "DIGEST-MD5", "tim"
            ),
        ] as [(String, [String], String, String?)]
    )
    func mechanisms(command: String, answers: [String], mechanism: String, user: String?) {
        var script = "S: 220 m\nC: EHLO c\nS: 250 m\nC: \(command)\n"
        for answer in answers { script += "S: 334 \nC: \(answer)\n" }
        script += "S: 235 ok\nC: QUIT\nS: 221 bye\n"
        let seen = Observed(script)
        #expect(seen.session?.logins == [SMTPLogin(mechanism: mechanism, user: user, code: 235)])
    }

    @Test(
        "EXTERNAL shows who was accepted; what was refused may be a password",
        arguments: [true, false]
    )
    func external(isAccepted: Bool) {
        let seen = Observed(
            """
            S: 220 m
            C: AUTH EXTERNAL \(Self.base64("tanstaaf"))
            S: \(isAccepted ? 235 : 535)
            """
        )
        #expect(seen.session?.logins.map(\.user) == [isAccepted ? "tanstaaf" : nil])
    }

    @Test("LOGIN by the server's prompts, where it asks for the password first")
    func passwordFirst() {
        let seen = Observed(
            """
            S: 220 m
            C: AUTH LOGIN
            S: 334 UGFzc3dvcmQ6
            C: \(Self.base64("secret"))
            S: 334 VXNlcm5hbWU6
            C: \(Self.base64("tim"))
            S: 235 ok
            """
        )
        #expect(seen.session?.logins == [SMTPLogin(mechanism: "LOGIN", user: "tim", code: 235)])
    }

    @Test("only a mechanism that is known or offered is named")
    func unknownMechanism() {
        let seen = Observed(
            """
            S: 220 m
            C: EHLO c
            S: 250-m
            S: 250 AUTH=X-OWN PLAIN
            C: AUTH x-own
            S: 535 no
            C: AUTH hunter2
            S: 504 no
            """
        )
        #expect(
            seen.session?.logins == [
                SMTPLogin(mechanism: "X-OWN", user: nil, code: 535),
                SMTPLogin(mechanism: "?", user: nil, code: 504),
            ]
        )
    }

    @Test("a login given up with * is a failed one")
    func cancelled() {
        let seen = Observed(
            """
            S: 220 m
            C: AUTH LOGIN
            S: 334 VXNlcm5hbWU6
            C: *
            S: 501 cancelled
            C: MAIL FROM:<>
            S: 250 ok
            """
        )
        #expect(seen.session?.logins == [SMTPLogin(mechanism: "LOGIN", user: nil, code: 501)])
        #expect(seen.transactions.first?.authentication == .failed)
    }

    @Test("a second login refused with 503 says nothing against the first")
    func alreadyLoggedIn() {
        let seen = Observed(
            """
            S: 220 m
            C: AUTH PLAIN \(Self.base64("\0tim\0x"))
            S: 235 ok
            C: AUTH PLAIN \(Self.base64("\0tom\0x"))
            S: 503 already
            C: MAIL FROM:<>
            S: 250 ok
            """
        )
        #expect(seen.transactions.first?.authentication == .user("tim"))
    }

    /// Dialogues in which `tanstaaf` or a relative is a secret, in ways that could leak.
    static let leaky: [String] = [
        "C: AUTH PLAIN \(base64("\0tim\0tanstaaf"))\nS: 535 5.7.8 bad credentials \(base64("\0tim\0tanstaaf"))",
        "C: AUTH PLAIN\nC: \(base64("\0tim\0tanstaaf"))\nS: 504 what is that\nS: 500 \(base64("\0tim\0tanstaaf"))?",
        "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: \(base64("tim"))\nS: 334 UGFzc3dvcmQ6\nC: \(base64("tanstaaf"))\nS: 235 ok",
        "C: AUTH LOGIN\nC: \(base64("tim"))\nC: \(base64("tanstaaf"))\nS: 503 not here\nS: 500 what\nS: 500 \(base64("tanstaaf"))",
        "C: \(base64("tanstaaf"))\nS: 500 unknown command \(base64("tanstaaf"))",
        "C: tanstaaf\nS: 500 unknown command tanstaaf",
        "C: AUTH LOGIN \(base64("tim"))\nS: 334 UGFzc3dvcmQ6\nC? lost\nC: \(base64("tanstaaf"))\nS: 235 ok",
        "C: AUTH CRAM-MD5\nS: 334 PDE4OTYuNjk3MTcwOTUyQHg+\nC: \(base64("tim tanstaaf"))\nS: 535 no",
        "C: AUTH tanstaaf\nS: 504 5.5.4 unrecognized",
        "C: AUTH \(base64("tanstaaf"))\nS: 504 5.5.4 unrecognized",
        "C: AUTH SCRAM-tanstaaf\nS: 504 5.5.4 unrecognized",
        "C: AUTH LOGIN\nS? 334 VXNlcm5hbWU6\nC: \(base64("tim"))\nS? 334 UGFzc3dvcmQ6\nC: \(base64("tanstaaf"))\nS: 235 ok",
    ]

    @Test("no secret appears in anything that is reported", arguments: leaky)
    func secrets(script: String) throws {
        let whole =
            "S: 220 m\nC: EHLO c\nS: 250 m\n\(script)\nC: MAIL FROM:<>\nS: 250 ok\nC: QUIT\nS: 221 bye"
        for hasHandshake in [true, false] {
            let dialogue = Dialogue(script: whole, hasHandshake: hasHandshake)
            let seen = Observed(dialogue, configuration: .init(reportsExchanges: true))
            #expect(!seen.events.isEmpty)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.withoutEscapingSlashes]
            var said = ""
            for event in seen.events {
                said += String(decoding: try encoder.encode(event), as: UTF8.self)
            }
            for transaction in seen.transactions {
                said += String(decoding: try encoder.encode(transaction), as: UTF8.self)
            }
            said += seen.exchanges.compactMap { SMTPNarrator.tell($0, of: .example) }.joined()
            for secret in ["tanstaaf", Self.base64("tanstaaf"), Self.base64("\0tim\0tanstaaf")] {
                #expect(!said.localizedCaseInsensitiveContains(secret), "\(said)")
            }
        }
    }
}
