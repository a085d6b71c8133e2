/// Why a text does not name a syslog destination, and what would.
public struct SyslogDestinationError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        /// It begins with none of `unix:`, `udp://`, `tcp://`.
        case unknownScheme
        /// It asks for TLS, which this version cannot do.
        case noTLS
        /// The host is missing or not one.
        case badHost
        /// The port is not a number from 1 to 65535.
        case badPort
        /// The path is not absolute or too long for a socket.
        case badPath
    }

    /// What is wrong.
    public var code: Code
    /// The text.
    public var text: String

    /// Creates an error.
    public init(code: Code, text: String) {
        self.code = code
        self.text = text
    }
}

extension SyslogDestinationError: CustomStringConvertible {
    /// The text, what is wrong with it and what would be right.
    public var description: String { "\"\(text)\": \(problem)" }

    private var problem: String {
        switch code {
        case .unknownScheme:
            "not a syslog destination; write unix:/dev/log, udp://host:514 or tcp://host:601"
        case .noTLS:
            "syslog over TLS is not supported by this version; write tcp://host:601, or send to "
                + "unix:/dev/log and let the local syslog daemon do the encryption"
        case .badHost:
            "the host is missing or not a name or address; write udp://loghost:514, "
                + "udp://192.0.2.1:514 or udp://[2001:db8::1]:514"
        case .badPort:
            "the port is not a number from 1 to 65535"
        case .badPath:
            "not the path of a socket; write unix:/dev/log (absolute, at most "
                + "\(SyslogDestination.maximumPathOctets) octets)"
        }
    }
}
