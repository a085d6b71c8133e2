/// How much the reassembly may hold, and for how long.
public struct FlowLimits: Sendable {
    /// Connections at a time; the one that was idle longest makes room for the next.
    public var maximumFlows = 131_072
    /// Connections among them that who opened them has not confirmed: what a flood of answered SYNs can take.
    public var maximumUnconfirmedFlows = 16_384
    /// Octets for everything together: connections, what is held of them, and fragments.
    public var maximumOctets = 256 << 20
    /// What is reckoned for a connection that is wanted, with all that an observer keeps of it.
    public var octetsPerWantedFlow = 2_048
    /// What is reckoned for one that is not.
    public var octetsPerUnwantedFlow = 512
    /// Connection attempts at a time of which only a SYN was seen.
    public var maximumAttempts = 8_192
    /// Octets that are kept of what came with these SYNs (RFC 7413), in all of them together.
    public var maximumAttemptOctets = 1 << 20
    /// Octets held behind holes, in all connections together.
    public var maximumBufferedOctets = 128 << 20
    /// Octets held behind holes in one direction of a connection.
    public var maximumBufferedOctetsPerDirection = 1 << 20
    /// Segments held behind holes in one direction of a connection.
    public var maximumBufferedSegmentsPerDirection = 2_048
    /// Octets kept of what was delivered and not yet acknowledged, a direction, to notice retransmissions that differ.
    public var maximumHistoryOctetsPerDirection = 16 << 10
    /// The same in all connections together.
    public var maximumHistoryOctets = 32 << 20
    /// IP packets at a time that are being put together from fragments.
    public var maximumFragmentedPackets = 1_024
    /// Octets held in such packets together.
    public var maximumFragmentOctets = 16 << 20
    /// After how long without a frame a connection is given up that is wanted.
    ///
    /// 2 h 4 min, as translators of addresses must wait (RFC 5382 section 5), so that keep-alives come in time. IMAP IDLE is
    /// silent for 29 minutes (RFC 2177), a client of SMTP waits 10 minutes for the reply to its message (RFC 5321
    /// section 4.5.3.2.6), and tarpits take longer.
    public var idleTimeout = Duration.seconds(7_440)
    /// The same for connections that nobody wants.
    public var unwantedTimeout = Duration.seconds(600)
    /// The same for connections that one side has ended, or that were never confirmed by who opened them.
    public var halfClosedTimeout = Duration.seconds(60)
    /// How long late frames of a closed connection are told from those of a new one.
    public var lingerTimeout = Duration.seconds(30)
    /// How long a SYN is remembered.
    public var attemptTimeout = Duration.seconds(10)
    /// How long after its answer something may come, as where two directions were captured apart and put together.
    public var answeredTimeout = Duration.milliseconds(5)
    /// How long a packet may take to be put together from fragments (RFC 8200 section 4.5 allows 60 s).
    public var fragmentTimeout = Duration.seconds(30)
    /// Which of two segments counts that bring different octets for the same place, by who receives them.
    public var overlaps = OverlapPolicies()
    /// Ports of services: they tell who was called when no handshake was seen.
    public var servicePorts: Set<UInt16> = [24, 25, 110, 143, 465, 587, 993, 995, 2525]

    /// Creates the limits of DESIGN.
    public init() {}
}
