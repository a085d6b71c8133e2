public import TapWire

/// A port as a capture file describes it.
public struct CaptureInterface: Hashable, Sendable {
    /// The port's name, such as `eth0`.
    public var name: String
    /// What else is known of it, in words.
    public var description: String?
    /// Its own address.
    public var macAddress: MACAddress?
    /// Its speed in bits per second.
    public var bitsPerSecond: UInt64?
    /// What its frames begin with.
    public var linkType: LinkType
    /// How many octets of a frame are kept at most; 0 for all.
    public var snapLength: UInt32
    /// The libpcap filter that the frames had to match.
    public var filter: String?
    /// The network card, in words.
    public var hardware: String?
    /// The operating system of the machine that the interface is in.
    public var operatingSystem: String?

    /// Describes an interface.
    public init(
        name: String,
        description: String? = nil,
        macAddress: MACAddress? = nil,
        bitsPerSecond: UInt64? = nil,
        linkType: LinkType = .ethernet,
        snapLength: UInt32 = 0,
        filter: String? = nil,
        hardware: String? = nil,
        operatingSystem: String? = nil
    ) {
        self.name = name
        self.description = description
        self.macAddress = macAddress
        self.bitsPerSecond = bitsPerSecond
        self.linkType = linkType
        self.snapLength = snapLength
        self.filter = filter
        self.hardware = hardware
        self.operatingSystem = operatingSystem
    }
}
