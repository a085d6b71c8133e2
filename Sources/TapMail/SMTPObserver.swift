public import TapFlow
public import TapObserve
import TapWire

/// Follows mail: SMTP, submission, implicit TLS and LMTP.
public struct SMTPObserver: Observer {
    /// What it reports.
    public typealias Event = SMTPEvent
    /// The state machine of one connection.
    public typealias Session = SMTPSession

    /// What the observer looks at and what it holds.
    public struct Configuration: Sendable {
        /// TCP ports that are mail whatever is said there.
        public var ports: Set<UInt16>
        /// True if every command with its reply is reported as `SMTPEvent.exchange`.
        public var reportsExchanges: Bool
        /// True if the subjects of messages are kept.
        public var keepsSubjects: Bool
        /// Octets of one client held until a reply says what they are.
        public var maximumHeldByteCount: Int
        /// Recipients kept of one transaction; more are counted as unseen.
        public var maximumRecipients: Int
        /// Attempts to log in kept of one session.
        public var maximumLogins: Int
        /// What is remembered of the lengths of servers' replies, for what is said inside TLS.
        public var memory: ServerMemory
        /// The work that all sessions together may put into what cannot be read plainly.
        public var budget: WorkBudget

        /// Creates a configuration; every value has a default.
        public init(
            ports: Set<UInt16> = [25, 465, 587, 2525],
            reportsExchanges: Bool = false,
            keepsSubjects: Bool = false,
            maximumHeldByteCount: Int = 65_536,
            maximumRecipients: Int = 10_000,
            maximumLogins: Int = 100,
            memory: ServerMemory = ServerMemory(),
            budget: WorkBudget = WorkBudget()
        ) {
            self.ports = ports
            self.reportsExchanges = reportsExchanges
            self.keepsSubjects = keepsSubjects
            self.maximumHeldByteCount = maximumHeldByteCount
            self.maximumRecipients = maximumRecipients
            self.maximumLogins = maximumLogins
            self.memory = memory
            self.budget = budget
        }
    }

    /// What it looks at and what it holds.
    public var configuration: Configuration { setup.configuration }
    private let setup: SMTPSetup

    /// The observer's name in `status` and in messages.
    public var name: String { "smtp" }

    /// What was too much work, by name.
    public var givenUp: [String: UInt64] { configuration.budget.losses }

    /// Creates an observer.
    ///
    /// - Parameters:
    ///   - configuration: What it looks at and what it holds.
    ///   - tls: Reads certificates and makes digests for fingerprints; without it these are left out.
    public init(
        configuration: Configuration = Configuration(),
        tls: (any TLSLibrary)? = nil
    ) {
        setup = SMTPSetup(configuration: configuration, tls: tls)
    }

    /// Claims flows of the configured ports at once, others by what is said.
    public func claim(_ flow: borrowing Flow, opening: borrowing Opening) -> Claim {
        let ports = configuration.ports
        let isMailPort =
            flow.isMidstream
            ? ports.contains(flow.a.port) || ports.contains(flow.b.port)
            : ports.contains(flow.b.port)
        guard !isMailPort else { return .mine }
        return SMTPOpening(opening).claim
    }

    /// The state machine of one flow.
    public func makeSession(for flow: borrowing Flow) -> SMTPSession {
        SMTPSession(flow: flow, setup: setup)
    }
}
