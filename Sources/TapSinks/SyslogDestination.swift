import TapWire

/// Where syslog messages go.
public enum SyslogDestination: Hashable, Sendable {
    /// The port of RFC 5426.
    public static let udpPort: UInt16 = 514
    /// The port that RFC 3195 registered and collectors use for RFC 6587.
    public static let tcpPort: UInt16 = 601
    /// The longest path that a Unix domain socket can have on Linux.
    public static let maximumPathOctets = 107

    /// A socket of this host, such as `/dev/log`: the traditional form.
    case unix(path: String)
    /// RFC 5424 over UDP (RFC 5426).
    case udp(host: String, port: UInt16)
    /// RFC 5424 over TCP, octets counted (RFC 6587).
    case tcp(host: String, port: UInt16)

    /// Reads `unix:/dev/log`, `udp://host:514` or `tcp://host:601`.
    ///
    /// The port may be left out; an IPv6 address stands in brackets.
    public init(_ text: String) throws(SyslogDestinationError) {
        guard let colon = text.firstIndex(of: ":") else {
            throw SyslogDestinationError(code: .unknownScheme, text: text)
        }
        let rest = text[text.index(after: colon)...]
        switch text[..<colon] {
        case "unix":
            self = .unix(path: try Self.path(rest, in: text))
        case "udp":
            let (host, port) = try Self.host(rest, in: text)
            self = .udp(host: host, port: port ?? Self.udpPort)
        case "tcp":
            let (host, port) = try Self.host(rest, in: text)
            self = .tcp(host: host, port: port ?? Self.tcpPort)
        case "tls":
            throw SyslogDestinationError(code: .noTLS, text: text)
        default:
            throw SyslogDestinationError(code: .unknownScheme, text: text)
        }
    }

    private static func path(
        _ rest: Substring,
        in text: String
    ) throws(SyslogDestinationError) -> String {
        let path = rest.hasPrefix("///") ? rest.dropFirst(2) : rest
        guard path.hasPrefix("/"), !path.hasPrefix("//"), !path.utf8.contains(0) else {
            throw SyslogDestinationError(code: .badPath, text: text)
        }
        guard path.utf8.count <= maximumPathOctets else {
            throw SyslogDestinationError(code: .badPath, text: text)
        }
        return String(path)
    }

    private static func host(
        _ rest: Substring,
        in text: String
    ) throws(SyslogDestinationError) -> (String, UInt16?) {
        guard rest.hasPrefix("//") else {
            throw SyslogDestinationError(code: .badHost, text: text)
        }
        var authority = rest.dropFirst(2)
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        let host: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end]
            guard let address = IPAddress(String(host)), address.isIPv6 else {
                throw SyslogDestinationError(code: .badHost, text: text)
            }
            authority = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            guard host.isHostName else {
                throw SyslogDestinationError(code: .badHost, text: text)
            }
            authority = authority[host.endIndex...]
        }
        guard !authority.isEmpty else { return (String(host), nil) }
        guard authority.hasPrefix(":"), let port = UInt16(strict: authority.dropFirst()) else {
            throw SyslogDestinationError(code: .badPort, text: text)
        }
        return (String(host), port)
    }
}

extension SyslogDestination: CustomStringConvertible {
    /// The form that the configuration takes, with the port.
    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .udp(let host, let port): "udp://\(Self.bracketed(host)):\(port)"
        case .tcp(let host, let port): "tcp://\(Self.bracketed(host)):\(port)"
        }
    }

    private static func bracketed(_ host: String) -> String {
        host.contains(":") ? "[\(host)]" : host
    }
}

extension Substring {
    /// True for an IPv4 address or a name as RFC 1123 section 2.1 has them, underscores allowed.
    fileprivate var isHostName: Bool {
        guard (1...253).contains(utf8.count), let first = utf8.first else { return false }
        guard first != UInt8(ascii: "-"), first != UInt8(ascii: ".") else { return false }
        return utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default:
                octet == UInt8(ascii: "-") || octet == UInt8(ascii: ".")
                    || octet == UInt8(ascii: "_")
            }
        }
    }
}

extension UInt16 {
    /// Reads decimal digits and nothing else; 0 is no port.
    fileprivate init?(strict text: Substring) {
        let isDecimal = text.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        guard (1...5).contains(text.utf8.count), isDecimal, let value = UInt16(text), value > 0
        else {
            return nil
        }
        self = value
    }
}
