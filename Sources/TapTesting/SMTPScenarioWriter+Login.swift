/// AUTH in all its mechanisms.
extension SMTPScenarioWriter {
    /// One attempt to log in.
    mutating func logIn() {
        sync()
        if case .user = authentication {
            ask("AUTH PLAIN", 503, "already", waits: true)
            return note("PLAIN", user: nil, code: 503)
        }
        serial += 1
        let user = "user\(serial)@example.org"
        let code = oneIn(3) ? pick(535, 454, 530) : 235
        if code != 235 { features.insert(.loginFailed) }
        switch upTo(14) {
        case 0: plain(user, code, isInitial: true)
        case 1: plain(user, code, isInitial: false)
        case 2: login(user, code, isInitial: true)
        case 3: login(user, code, isInitial: false)
        case 4: xoauth2(user, code)
        case 5: oauthBearer(user, code)
        case 6: cramMD5(user, code)
        case 7: scram(user, code)
        case 8: opaque("NTLM", .ntlm, code)
        case 9: opaque("GSSAPI", .gssapi, code)
        case 10: external(user, code)
        case 11: cancelled(user)
        case 12: unknown()
        default: plain(user, code, isInitial: oneIn(2))
        }
    }

    private mutating func note(_ mechanism: String, user: String?, code: Int) {
        let login = ExpectedLogin(mechanism: mechanism, user: user, code: code)
        expected.session.logins.append(login)
        if code == 235 {
            authentication = .user(user)
        } else if code != 503 {
            authentication = .failed
        }
    }

    /// A password that is in no other dialogue.
    private mutating func secret() -> String {
        let word = "S3cret-\(String(random.next(), radix: 36))-\(serial)"
        secrets.append(Array(word.utf8))
        return word
    }

    /// The text in base64, which is as secret as what it says.
    private mutating func hidden(_ text: String) -> String {
        let encoded = text.base64
        secrets.append(Array(encoded.utf8))
        return encoded
    }

    /// The server asks for more.
    private mutating func challenge(_ text: String) {
        if text.isEmpty, oneIn(3) {
            server(Array("334\r\n".utf8))
        } else {
            server(Array("334 \(text)\r\n".utf8))
        }
    }

    private mutating func conclude(_ code: Int) {
        _ = owe(code, code == 235 ? "welcome" : "no")
        sync()
    }

    private mutating func plain(_ user: String, _ code: Int, isInitial: Bool) {
        features.insert(isInitial ? .plainInitial : .plain)
        let response = hidden("\(oneIn(3) ? user : "")\0\(user)\0\(secret())")
        if isInitial {
            client("AUTH PLAIN \(response)")
        } else {
            client(isLowerCase ? "auth plain" : "AUTH PLAIN")
            challenge("")
            client(response)
        }
        conclude(code)
        note("PLAIN", user: user, code: code)
    }

    private mutating func login(_ user: String, _ code: Int, isInitial: Bool) {
        features.insert(isInitial ? .loginInitial : .login)
        if isInitial {
            client("AUTH LOGIN \(user.base64)")
        } else {
            client("AUTH LOGIN")
            challenge("VXNlcm5hbWU6")
            client(user.base64)
        }
        challenge("UGFzc3dvcmQ6")
        client(hidden(secret()))
        conclude(code)
        note("LOGIN", user: user, code: code)
    }

    private mutating func xoauth2(_ user: String, _ code: Int) {
        features.insert(code == 235 ? .xoauth2 : .xoauth2Refused)
        client("AUTH XOAUTH2 " + hidden("user=\(user)\u{1}auth=Bearer \(secret())\u{1}\u{1}"))
        if code != 235 {
            challenge("{\"status\":\"401\"}".base64)
            client("")
        }
        conclude(code)
        note("XOAUTH2", user: user, code: code)
    }

    private mutating func oauthBearer(_ user: String, _ code: Int) {
        features.insert(.oauthBearer)
        client("AUTH OAUTHBEARER")
        challenge("")
        client(hidden("n,a=\(user),\u{1}host=m.example\u{1}auth=Bearer \(secret())\u{1}\u{1}"))
        if code != 235 {
            challenge("{\"status\":\"401\"}".base64)
            client("AQ==")
        }
        conclude(code)
        note("OAUTHBEARER", user: user, code: code)
    }

    private mutating func cramMD5(_ user: String, _ code: Int) {
        features.insert(.cramMD5)
        client("AUTH CRAM-MD5")
        challenge("<\(serial).1@mail.example>".base64)
        client(hidden("\(user) \(secret())"))
        conclude(code)
        note("CRAM-MD5", user: user, code: code)
    }

    private mutating func scram(_ user: String, _ code: Int) {
        features.insert(.scram)
        let mechanism = pick("SCRAM-SHA-256", "SCRAM-SHA-1")
        client("AUTH \(mechanism) " + "n,,n=\(user),r=nonce\(serial)".base64)
        challenge("r=nonce\(serial)more,s=c2FsdA==,i=4096".base64)
        client(hidden("c=biws,r=nonce\(serial)more,p=\(secret())"))
        if code == 235, oneIn(2) {
            challenge("v=c2lnbmF0dXJl".base64)
            client("")
        }
        conclude(code)
        note(mechanism, user: user, code: code)
    }

    /// A mechanism whose messages are not text.
    private mutating func opaque(_ mechanism: String, _ feature: SMTPFeature, _ code: Int) {
        features.insert(feature)
        client("AUTH \(mechanism)")
        challenge("")
        client(hidden("\(mechanism)SSP\0\u{1}" + secret()))
        challenge("TlRMTVNTUAACAAAA")
        client(hidden("\(mechanism)SSP\0\u{3}" + secret()))
        conclude(code)
        note(mechanism, user: nil, code: code)
    }

    private mutating func external(_ user: String, _ code: Int) {
        if oneIn(2) {
            features.insert(.externalEmpty)
            client("AUTH EXTERNAL =")
            conclude(code)
            return note("EXTERNAL", user: nil, code: code)
        }
        features.insert(.external)
        client("AUTH EXTERNAL " + user.base64)
        conclude(code)
        // What was refused may have been a password.
        note("EXTERNAL", user: code == 235 ? user : nil, code: code)
    }

    private mutating func cancelled(_ user: String) {
        features.insert(.loginCancelled)
        if oneIn(2) {
            client("AUTH PLAIN")
            challenge("")
            client("*")
            conclude(501)
            return note("PLAIN", user: nil, code: 501)
        }
        client("AUTH LOGIN")
        challenge("VXNlcm5hbWU6")
        client(user.base64)
        challenge("UGFzc3dvcmQ6")
        client("*")
        conclude(501)
        note("LOGIN", user: user, code: 501)
    }

    private mutating func unknown() {
        features.insert(.unknownMechanism)
        client("AUTH KERBEROS_V4 " + hidden(secret()))
        conclude(504)
        note("KERBEROS_V4", user: nil, code: 504)
    }
}

extension String {
    /// The text in base64 (RFC 4648 section 4).
    var base64: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var result = ""
        var rest = Array(utf8)[...]
        while !rest.isEmpty {
            let group = Array(rest.prefix(3))
            rest = rest.dropFirst(group.count)
            let padded = group + [UInt8](repeating: 0, count: 3 - group.count)
            let bits = padded.reduce(0) { $0 << 8 | Int($1) }
            for place in 0..<4 {
                result.append(
                    place <= group.count ? alphabet[bits >> (18 - 6 * place) & 0x3F] : "="
                )
            }
        }
        return result
    }
}
