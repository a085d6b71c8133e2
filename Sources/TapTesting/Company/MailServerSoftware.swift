/// The words of a mail server's software, as its users see them on the wire.
public enum MailServerSoftware: String, Sendable, Hashable, CaseIterable {
    case postfix, exim, sendmail, openSMTPD

    func greeting(_ name: String) -> String {
        switch self {
        case .postfix: "220 \(name) ESMTP Postfix"
        case .exim: "220 \(name) ESMTP Exim 4.96 Mon, 23 Nov 2026 08:00:00 +0000"
        case .sendmail: "220 \(name) ESMTP Sendmail 8.17.1; Mon, 23 Nov 2026 08:00:00 GMT"
        case .openSMTPD: "220 \(name) ESMTP OpenSMTPD"
        }
    }

    /// The keywords behind the name in the answer to EHLO.
    func keywords(offersTLS: Bool, offersLogin: Bool) -> [String] {
        let tls = offersTLS ? ["STARTTLS"] : []
        let login = offersLogin ? ["AUTH PLAIN LOGIN"] : []
        return switch self {
        case .postfix:
            ["PIPELINING", "SIZE 10240000", "ETRN"] + tls + login
                + ["ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8", "CHUNKING"]
        case .exim:
            ["SIZE 52428800", "8BITMIME", "PIPELINING", "PIPECONNECT", "CHUNKING"] + login + tls
                + ["HELP"]
        case .sendmail:
            ["ENHANCEDSTATUSCODES", "PIPELINING", "8BITMIME", "SIZE", "DSN", "ETRN"] + login + tls
                + ["DELIVERBY", "HELP"]
        case .openSMTPD:
            ["8BITMIME", "ENHANCEDSTATUSCODES", "SIZE 36700160", "DSN"] + tls + login + ["HELP"]
        }
    }

    func helloLine(_ name: String, client: String) -> String {
        switch self {
        case .postfix: name
        case .exim: "\(name) Hello \(client) [203.0.113.9]"
        case .sendmail: "\(name) Hello \(client) [203.0.113.9], pleased to meet you"
        case .openSMTPD: "\(name) Hello \(client) [203.0.113.9], pleased to meet you"
        }
    }

    var tlsReady: String {
        switch self {
        case .postfix: "220 2.0.0 Ready to start TLS"
        case .exim: "220 TLS go ahead"
        case .sendmail: "220 2.0.0 Ready to start TLS"
        case .openSMTPD: "220 2.0.0 Ready to start TLS"
        }
    }

    func senderTaken(_ path: String) -> String {
        switch self {
        case .postfix: "250 2.1.0 Ok"
        case .exim: "250 OK"
        case .sendmail: "250 2.1.0 \(path)... Sender ok"
        case .openSMTPD: "250 2.0.0 Ok"
        }
    }

    func recipientTaken(_ path: String) -> String {
        switch self {
        case .postfix: "250 2.1.5 Ok"
        case .exim: "250 Accepted"
        case .sendmail: "250 2.1.5 \(path)... Recipient ok"
        case .openSMTPD: "250 2.1.5 Destination address valid: Recipient ok"
        }
    }

    func relayRefused(_ path: String) -> String {
        switch self {
        case .postfix: "554 5.7.1 \(path): Relay access denied"
        case .exim: "550 relay not permitted"
        case .sendmail: "550 5.7.1 \(path)... Relaying denied"
        case .openSMTPD: "550 Invalid recipient: \(path)"
        }
    }

    func recipientUnknown(_ path: String) -> String {
        switch self {
        case .postfix:
            "550 5.1.1 \(path): Recipient address rejected: User unknown in local recipient table"
        case .exim: "550 Unrouteable address"
        case .sendmail: "550 5.1.1 \(path)... User unknown"
        case .openSMTPD: "550 Invalid recipient: \(path)"
        }
    }

    func recipientDeferred(_ path: String) -> String {
        switch self {
        case .postfix: "450 4.2.0 \(path): Recipient address rejected: Greylisted"
        case .exim: "451 Temporary local problem - please try later"
        case .sendmail: "451 4.7.1 \(path)... Greylisting in action, please come back later"
        case .openSMTPD: "451 4.3.0 Temporary Error"
        }
    }

    var goAhead: String {
        switch self {
        case .postfix: "354 End data with <CR><LF>.<CR><LF>"
        case .exim: "354 Enter message, ending with \".\" on a line by itself"
        case .sendmail, .openSMTPD: "354 Enter mail, end with \".\" on a line by itself"
        }
    }

    func taken(_ queueID: String) -> String {
        switch self {
        case .postfix: "250 2.0.0 Ok: queued as \(queueID)"
        case .exim: "250 OK id=\(queueID)"
        case .sendmail, .openSMTPD: "250 2.0.0 \(queueID) Message accepted for delivery"
        }
    }

    func chunkTaken(_ queueID: String, octets: Int) -> String {
        switch self {
        case .postfix: "250 2.0.0 Ok: \(octets) bytes queued as \(queueID)"
        case .exim: "250- \(octets) byte chunk, total \(octets)\r\n250 OK id=\(queueID)"
        case .sendmail, .openSMTPD: taken(queueID)
        }
    }

    var offersChunks: Bool { self == .postfix || self == .exim }

    var offersPipelining: Bool { self != .openSMTPD }

    var loginTaken: String {
        switch self {
        case .postfix: "235 2.7.0 Authentication successful"
        case .exim: "235 Authentication succeeded"
        case .sendmail: "235 2.0.0 OK Authenticated"
        case .openSMTPD: "235 2.0.0 Authentication succeeded"
        }
    }

    var loginRefused: String {
        switch self {
        case .postfix: "535 5.7.8 Error: authentication failed: authentication failure"
        case .exim: "535 Incorrect authentication data"
        case .sendmail: "535 5.7.0 authentication failed"
        case .openSMTPD: "535 5.7.8 Authentication failed"
        }
    }

    var reset: String {
        switch self {
        case .postfix: "250 2.0.0 Ok"
        case .exim: "250 Reset OK"
        case .sendmail, .openSMTPD: "250 2.0.0 Reset state"
        }
    }

    func goodbye(_ name: String) -> String {
        switch self {
        case .postfix, .openSMTPD: "221 2.0.0 Bye"
        case .exim: "221 \(name) closing connection"
        case .sendmail: "221 2.0.0 \(name) closing connection"
        }
    }

    /// A name for a message in the queue, of the form this software gives.
    func queueID(_ random: inout SplitMix64) -> String {
        func text(_ count: Int, _ letters: String) -> String {
            let letters = Array(letters)
            return String((0..<count).map { _ in random.element(of: letters) })
        }
        let digits = "0123456789"
        let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        let lower = "abcdefghijklmnopqrstuvwxyz"
        switch self {
        case .postfix: return text(10, digits + "ABCDEF")
        case .exim:
            return "1" + text(5, digits + upper + lower) + "-" + text(6, digits + upper + lower)
                + "-" + text(2, digits + upper + lower)
        case .sendmail: return "3AN" + text(5, digits + upper) + text(6, digits)
        case .openSMTPD: return text(8, digits + "abcdef")
        }
    }
}
