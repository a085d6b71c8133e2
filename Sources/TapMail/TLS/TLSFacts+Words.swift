import TapWire

extension TLSFacts {
    /// What TLS showed in plain words, to stand behind `went on in `: `TLS 1.2 with mail.example (certificate expired ...)`.
    var words: String {
        var words = version ?? "TLS"
        if let serverName { words += " with " + Self.harmless(serverName) }
        if let alert, !isEstablished {
            words += alert.side == .client ? ", which the client" : ", which the server"
            words += " broke off: " + alert.name
        }
        let doubts = self.doubts
        return doubts.isEmpty ? words : words + " (" + doubts.joined(separator: ", ") + ")"
    }

    /// What is to be said against the server's certificate.
    private var doubts: [String] {
        guard let certificate else { return [] }
        var doubts: [String] = []
        switch certificateValidity {
        case .expired: doubts.append("certificate expired on \(certificate.notAfter.prefix(10))")
        case .notYetValid:
            doubts.append("certificate not valid before \(certificate.notBefore.prefix(10))")
        case .valid, nil: break
        }
        if certificate.isSelfSigned { doubts.append("certificate self-signed") }
        return doubts
    }

    private static func harmless(_ text: String) -> String {
        String(wire: Array(text.utf8), limit: 80)
    }
}
