/// The JA4 fingerprint of a client: what its hello offers, so that clients of one kind have one fingerprint.
///
/// By the public specification of FoxIO (JA4 for TLS clients, BSD licence): `t13d1516h2_8daaf6152771_e5627efa2ab1`. Of TCP
/// connections; numbers that mean nothing (RFC 8701) are left out throughout.
struct JA4 {
    /// The first part: transport, version, name or not, how many suites and extensions, protocol.
    let summary: String
    /// The cipher suites in order of their numbers, as the second part's digest is made of.
    let cipherSuites: String
    /// The extensions in order of their numbers, and the signature algorithms in the client's order.
    let extensions: String

    /// Looks at `hello`.
    init(_ hello: TLSClientHello) {
        let suites = hello.cipherSuites.filter { !$0.isGREASE }
        let kinds = hello.extensions.filter { !$0.isGREASE }
        let offered = hello.supportedVersions.filter { !$0.isGREASE }
        summary =
            "t" + Self.version(offered.max() ?? hello.version) + (kinds.contains(0) ? "d" : "i")
            + Self.count(suites.count) + Self.count(kinds.count)
            + Self.ends(of: hello.protocols.first ?? [])
        cipherSuites = Self.list(suites.sorted())
        // The name and the protocols differ from server to server; whether they are there is in the first part.
        let sorted = Self.list(kinds.filter { $0 != 0 && $0 != 16 }.sorted())
        let algorithms = Self.list(hello.signatureAlgorithms.filter { !$0.isGREASE })
        extensions = sorted.isEmpty || algorithms.isEmpty ? sorted : sorted + "_" + algorithms
    }

    /// The fingerprint.
    func text(_ library: some TLSLibrary) -> String {
        summary + "_" + Self.digest(cipherSuites, library) + "_" + Self.digest(extensions, library)
    }

    private static func version(_ number: UInt16) -> String {
        switch number {
        case 0x0304: "13"
        case 0x0303: "12"
        case 0x0302: "11"
        case 0x0301: "10"
        case 0x0300: "s3"
        case 0x0002: "s2"
        default: "00"
        }
    }

    private static func count(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(min(number, 99))"
    }

    private static func list(_ numbers: [UInt16]) -> String {
        numbers.map { [$0 >> 8, $0 & 0xFF].map { UInt8($0).twoDigits }.joined() }
            .joined(separator: ",")
    }

    /// The first and the last character of the first protocol; of its hexadecimal digits if either is no letter or digit.
    private static func ends(of name: [UInt8]) -> String {
        guard let first = name.first, let last = name.last else { return "00" }
        guard first.isLetter || first.isDigit, last.isLetter || last.isDigit else {
            return "\(first.twoDigits.prefix(1))\(last.twoDigits.suffix(1))"
        }
        return String(decoding: [first, last], as: UTF8.self)
    }

    private static func digest(_ text: String, _ library: some TLSLibrary) -> String {
        guard !text.isEmpty else { return "000000000000" }
        return library.sha256(Array(text.utf8)).prefix(6).map(\.twoDigits).joined()
    }
}

extension UInt8 {
    /// The number in two hexadecimal digits.
    var twoDigits: String {
        let digits = String(self, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
