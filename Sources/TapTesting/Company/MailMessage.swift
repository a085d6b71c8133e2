/// A message: its header and so many octets of a body that says nothing.
struct MailMessage: Hashable, Sendable {
    /// The lines of the header, folded ones with their line end inside.
    var header: [String]
    /// Octets of the body, its last line end included.
    var bodyOctets: Int

    /// The message on the wire, without the dot.
    var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(bodyOctets + 1_024)
        for line in header { octets += Array((line + "\r\n").utf8) }
        octets += [13, 10]
        var rest = max(2, bodyOctets)
        while rest > Self.line.count + 1 {
            octets += Self.line
            rest -= Self.line.count
        }
        octets += Self.line.prefix(rest - 2) + [13, 10]
        return octets
    }

    private static let line = Array(
        "VGhpcyBpcyBhIGxpbmUgb2YgYSBtZXNzYWdlIHRoYXQgc2F5cyBub3RoaW5nIGF0IGFsbC4uLg==\r\n".utf8
    )

    /// The message as a server hands it on that took it from `client`.
    func handedOn(
        by server: String,
        software: MailServerSoftware,
        queueID: String,
        helo: String,
        client: String,
        date: String
    ) -> MailMessage {
        var message = self
        let by =
            switch software {
            case .postfix: "(Postfix) with ESMTP id \(queueID)"
            case .exim: "with esmtp (Exim 4.96) id \(queueID)"
            case .sendmail: "(8.17.1/8.17.1) with ESMTP id \(queueID)"
            case .openSMTPD: "(OpenSMTPD) with ESMTP id \(queueID)"
            }
        message.header.insert(
            "Received: from \(helo) (unknown [\(client)])\r\n\tby \(server) \(by);\r\n\t\(date)",
            at: 0
        )
        return message
    }
}
