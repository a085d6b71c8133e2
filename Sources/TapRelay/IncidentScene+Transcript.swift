import TapMail
import TapWire

extension IncidentScene {
    /// The dialogue as far as it is known, a line each: `C:` is the client, `S:` the server.
    ///
    /// Rebuilt from what is remembered: what was not seen is left out, secrets were never kept.
    var transcript: [String] {
        let scene = bounded
        return scene.opening + scene.loginLines + (scene.isTransaction ? scene.mail : [])
    }

    private var opening: [String] {
        [clientLine, banner.map { "S: 220 \($0)" }, helo.map { "C: EHLO \($0)" }]
            .compactMap(\.self)
    }

    /// Who called, with the name that a reverse lookup gave, or the word that servers log where it gave none.
    private var clientLine: String? {
        clientName.map { "C: [\(client) \($0.name ?? "unknown")]" }
    }

    private var loginLines: [String] {
        var lines: [String] = []
        for login in logins {
            lines.append(
                "C: AUTH \(login.mechanism)" + (login.user.map { " (\($0))" } ?? "") + " *"
            )
            if let answer = login.answer { lines.append("S: \(answer)") }
        }
        if case .user(let name)? = authentication {
            lines.append("C: AUTH" + (name.map { " (\($0))" } ?? "") + " *")
            lines.append("S: 235")
        }
        return lines
    }

    private var mail: [String] {
        guard !isEncrypted else { return ["C: STARTTLS", "C: [TLS]"] }
        var lines: [String] = []
        if let sender {
            lines.append("C: MAIL FROM:\(sender)" + (parameters.isEmpty ? "" : " " + parameters))
            if let mailCode { lines.append("S: \(mailCode)") }
        }
        for recipient in recipients {
            lines.append("C: RCPT TO:\(recipient.address)")
            lines += Self.reply(recipient.code, recipient.text)
        }
        if recipientCount > recipients.count {
            lines.append("C: [RCPT TO x \(recipientCount - recipients.count)]")
        }
        if let encoding { lines.append("C: \(encoding.rawValue)") }
        if let dataCode { lines.append("S: \(dataCode)") }
        if let octets, encoding != nil {
            lines.append("C: [\(octets)]" + (messageID.map { " Message-ID: \($0)" } ?? ""))
        }
        return lines + Self.reply(code, text)
    }

    private static func reply(_ code: Int?, _ text: String) -> [String] {
        guard let code else { return [] }
        return ["S: \(code)" + (text.isEmpty ? "" : " " + text)]
    }
}
