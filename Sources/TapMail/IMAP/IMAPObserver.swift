public import TapFlow
public import TapObserve
import TapWire

/// Follows mailboxes being read: IMAP, in the clear and under TLS (RFC 9051, 3501, 8314).
public struct IMAPObserver: Observer {
    /// What it reports.
    public typealias Event = IMAPEvent
    /// The state machine of one connection.
    public typealias Session = IMAPSession

    /// What the observer looks at and what it holds.
    public struct Configuration: Sendable, Hashable {
        /// TCP ports that are IMAP whatever is said there.
        public var ports: Set<UInt16>
        /// True if every command with its reply is reported as `IMAPEvent.exchange`.
        public var reportsExchanges: Bool
        /// Octets of one client held until a reply says what they are.
        public var maximumHeldByteCount: Int
        /// Attempts to log in kept of one session; more are counted.
        public var maximumLogins: Int

        /// Creates a configuration; every value has a default.
        public init(
            ports: Set<UInt16> = [143, 993],
            reportsExchanges: Bool = false,
            maximumHeldByteCount: Int = 65_536,
            maximumLogins: Int = 100
        ) {
            self.ports = ports
            self.reportsExchanges = reportsExchanges
            self.maximumHeldByteCount = maximumHeldByteCount
            self.maximumLogins = maximumLogins
        }
    }

    /// What it looks at and what it holds.
    public let configuration: Configuration
    private let tls: (any TLSLibrary)?

    /// The observer's name in `status` and in messages.
    public var name: String { "imap" }

    /// Creates an observer.
    ///
    /// - Parameters:
    ///   - configuration: What it looks at and what it holds.
    ///   - tls: Reads certificates and makes digests for fingerprints; without it these are left out.
    public init(
        configuration: Configuration = Configuration(),
        tls: (any TLSLibrary)? = nil
    ) {
        self.configuration = configuration
        self.tls = tls
    }

    /// Claims flows of the configured ports at once, others by what is said.
    public func claim(_ flow: borrowing Flow, opening: borrowing Opening) -> Claim {
        let ports = configuration.ports
        let isPort =
            flow.isMidstream
            ? ports.contains(flow.a.port) || ports.contains(flow.b.port)
            : ports.contains(flow.b.port)
        return isPort ? .mine : Self.claim(opening)
    }

    /// The state machine of one flow.
    public func makeSession(for flow: borrowing Flow) -> IMAPSession {
        IMAPSession(flow: flow, configuration: configuration, tlsLibrary: tls)
    }

    /// By the greeting and the first command.
    private static func claim(_ opening: borrowing Opening) -> Claim {
        guard let first = opening.first else { return .undecided }
        let isGreeting: Bool
        switch OpeningLine(first == .a ? opening.a : opening.b) {
        case .pending: return .undecided
        case .foreign: return .notMine
        case .line(let line): isGreeting = Self.isGreeting(line)
        }
        guard isGreeting else { return .notMine }
        switch OpeningLine(first == .a ? opening.b : opening.a) {
        case .pending: return .undecided
        case .foreign: return .notMine
        case .line(let line):
            let command = IMAPCommand(line.filter { $0 != 0x0D }[...])
            return command?.isUnmistakable == true ? .mine : .notMine
        }
    }

    private static func isGreeting(_ line: [UInt8]) -> Bool {
        guard case .untagged(let text)? = IMAPReply(line.filter { $0 != 0x0D }[...]) else {
            return false
        }
        return IMAPStatus(text.prefix { !$0.isBlank }) != nil
    }
}

extension DialogueRoles {
    /// The roles in a flow of IMAP.
    static func imap(_ flow: borrowing Flow, ports: Set<UInt16>) -> DialogueRoles {
        DialogueRoles(flow: flow, ports: ports) { line in
            switch IMAPReply(line) {
            case .untagged, .tagged: return true
            case .goOn, nil: break
            }
            return IMAPCommand(line)?.isUnmistakable == true ? false : nil
        }
    }
}
