extension Endpoint: LosslessStringConvertible {
    /// Reads `192.0.2.1:25` or `[2001:db8::1]:25`.
    public init?(_ description: String) {
        guard let colon = description.lastIndex(of: ":") else { return nil }
        let digits = description[description.index(after: colon)...]
        guard let port = UInt64(strictDecimal: digits, upTo: 65_535) else { return nil }
        var text = description[..<colon]
        let isBracketed = text.first == "[" && text.last == "]" && text.utf8.count > 2
        if isBracketed { text = text.dropFirst().dropLast() }
        guard let address = IPAddress(String(text)), address.isIPv6 == isBracketed else {
            return nil
        }
        self.init(address: address, port: UInt16(port))
    }

    /// The address, in brackets if it is an IPv6 one, a colon and the port.
    public var description: String {
        address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
