import TapWire

/// The header by which a load balancer names the real client (HAProxy's PROXY protocol, versions 1 and 2).
enum ProxyHeader {
    /// How version 2 begins.
    static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    /// True if `line` is version 1: `PROXY TCP4 203.0.113.9 192.0.2.25 40000 25`.
    static func isVersion1(_ line: [UInt8]) -> Bool { line.starts(with: "PROXY ".utf8) }

    /// The client's address in a line of version 1; nil for `PROXY UNKNOWN`.
    static func client(inVersion1 line: [UInt8]) -> String? {
        let words = line.split(separator: 0x20)
        guard words.count >= 3, words[1].hasPrefix(ignoringCase: "TCP") else { return nil }
        return IPAddress(String(repairing: words[2], limit: 64))?.description
    }

    /// Reads version 2.
    struct Reader: Sendable {
        private var header: [UInt8] = []
        private var body: [UInt8] = []
        private var remaining = 0

        /// What was taken so far.
        var octets: [UInt8] { header + body }

        /// What the reader found.
        enum Outcome: Sendable {
            case more
            /// The header ended with the last octet taken.
            case ended(client: String?)
            /// It is no header: these octets are the client's own.
            case none([UInt8])
        }

        /// Takes the next octet of the client.
        mutating func take(_ octet: UInt8) -> Outcome {
            guard header.count == 16 else {
                header.append(octet)
                let isSignature = zip(header, ProxyHeader.signature).allSatisfy { $0 == $1 }
                guard isSignature else { return .none(header) }
                guard header.count == 16 else { return .more }
                remaining = Int(header[14]) << 8 | Int(header[15])
                return remaining == 0 ? .ended(client: nil) : .more
            }
            if body.count < 36 { body.append(octet) }
            remaining &-= 1
            return remaining == 0 ? .ended(client: client) : .more
        }

        private var client: String? {
            let octets = body.span
            // Command PROXY; family and protocol TCP over IPv4 or IPv6.
            guard header[12] & 0x0F == 1 else { return nil }
            switch header[13] >> 4 {
            case 1 where octets.count >= 12:
                return IPAddress(v4: octets.uint32(at: 0)).description
            case 2 where octets.count >= 36:
                return IPAddress(v6High: octets.uint64(at: 0), low: octets.uint64(at: 8))
                    .description
            default: return nil
            }
        }
    }
}
