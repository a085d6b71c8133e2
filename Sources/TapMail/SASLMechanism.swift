/// The names of SASL mechanisms, as far as they may be written.
///
/// At times a client puts behind AUTH what is no mechanism but its password, as it is or in base64, and that has the
/// form of a name too. So a name is written only if it is one that is known or that the server itself has offered.
enum SASLMechanism {
    /// Stands for a word that is neither known nor offered.
    static let unknown = "?"

    /// The mechanism that `word` names, in upper case; `unknown` if it is not known and not in `capabilities`.
    ///
    /// Those are what the server said it can do: lines of the replies to EHLO or CAPA, or words of CAPABILITY.
    static func name(_ word: ArraySlice<UInt8>, offeredIn capabilities: [String]) -> String {
        guard (1...longest).contains(word.count) else { return unknown }
        let octets = word.map(\.uppercased)
        if let name = known.first(where: { $0.utf8.elementsEqual(octets) }) { return name }
        let isOffered = capabilities.contains { offers(octets, $0.utf8) }
        return isOffered ? String(repairing: octets) : unknown
    }

    /// True if `capability` is `AUTH PLAIN LOGIN`, `AUTH=PLAIN` or `SASL PLAIN LOGIN`, with this one among them.
    private static func offers(_ name: [UInt8], _ capability: String.UTF8View) -> Bool {
        let words = capability.split { $0.isBlank || $0 == UInt8(ascii: "=") }
        guard let keyword = words.first, keyword.count == 4,
            keyword.hasPrefix(ignoringCase: "AUTH") || keyword.hasPrefix(ignoringCase: "SASL")
        else { return false }
        return words.dropFirst().contains { $0.lazy.map(\.uppercased).elementsEqual(name) }
    }

    /// Octets of a name; RFC 4422 allows 20, and not all keep to that.
    private static let longest = 32

    /// IANA's registry, and what is in use without standing there.
    private static let known = [
        "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "XOAUTH2", "OAUTHBEARER", "NTLM", "GSSAPI",
        "GSS-SPNEGO", "EXTERNAL", "ANONYMOUS", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-224",
        "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-384", "SCRAM-SHA-384-PLUS",
        "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS", "SCRAM-SHA3-512", "SCRAM-SHA3-512-PLUS",
        "SCRAM-MD5", "KERBEROS_V4", "KERBEROS_V5", "GS2-KRB5", "GS2-KRB5-PLUS", "SPNEGO",
        "SPNEGO-PLUS", "SECURID", "OTP", "SKEY", "SRP", "EAP-AES128", "EAP-AES128-PLUS", "SAML20",
        "OPENID20", "OAUTH10A", "XOAUTH", "SXOVER-PLUS", "ECDH-X25519-CHALLENGE",
        "ECDSA-NIST256P-CHALLENGE", "NMAS-SAMBA-AUTH", "NMAS_AUTHEN", "NMAS_LOGIN",
    ]
}
