public import TapWire

/// A session that was held: its frames, and all that is known of it.
public struct CompanySession: Sendable {
    /// Why it was held.
    public var role: CompanyRole
    /// The abuse it is part of.
    public var incident: Int?
    /// When it began.
    public var time: Timestamp
    /// The client's address.
    public var client: IPAddress
    /// The server's address.
    public var server: IPAddress
    /// The server's port.
    public var port: UInt16
    /// True if the server is one of the company's.
    public var isOwnServer: Bool
    /// True if it went on under TLS.
    public var isEncrypted: Bool
    /// The frames, in order of time.
    public var frames: [OwnedFrame]
    /// What must be reported of the mails that could be read.
    public var transactions: [ExpectedTransaction]
    /// When the replies were said that ended a mail or refused a recipient, whether or not they could be read.
    public var endings: [Timestamp]
    /// What the server would have written into its log; empty for other people's servers.
    public var log: [String]
}
