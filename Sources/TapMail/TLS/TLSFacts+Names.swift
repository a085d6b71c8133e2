extension TLSFacts {
    /// The version the server chose, such as `TLS 1.2`; nil if never seen.
    public var version: String? { versionNumber.map(Self.versionName) }

    /// The number of the version called `name`; nil if there is none.
    public static func versionNumber(named name: String) -> UInt16? {
        [0x0002, 0x0300, 0x0301, 0x0302, 0x0303, 0x0304].first { versionName($0) == name }
            ?? UInt16(name.drop { $0 == "0" || $0 == "x" }, radix: 16)
    }

    /// The name of the version with this number on the wire, such as `TLS 1.2`.
    static func versionName(_ number: UInt16) -> String {
        switch number {
        case 0x0002: "SSL 2.0"
        case 0x0300: "SSL 3.0"
        case 0x0301: "TLS 1.0"
        case 0x0302: "TLS 1.1"
        case 0x0303: "TLS 1.2"
        case 0x0304: "TLS 1.3"
        default: number.fourDigits
        }
    }

    /// The cipher suite's name in the IANA registry for those that common libraries know, else its number.
    public var cipherName: String? { cipherSuite.map(TLSCipherSuite.name) }

    /// The number of the cipher suite called `name`; nil if there is none.
    public static func cipherSuite(named name: String) -> UInt16? {
        TLSCipherSuite.number(named: name)
    }
}
