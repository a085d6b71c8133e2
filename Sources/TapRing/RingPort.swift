public import TapWire

/// A port of the hub as the ring describes it to readers.
public struct RingPort: Hashable, Sendable {
    /// The name of the interface; at most 31 octets are kept.
    public var name: String
    /// What people call it; at most 63 octets are kept.
    public var description: String
    /// The address of the interface.
    public var mac: MACAddress
    /// The longest payload a frame may have; 0 when unknown.
    public var mtu: Int
    /// Its speed in megabits a second; 0 when unknown.
    public var speedMegabits: Int
    /// True for a port that gets everything and may send nothing.
    public var isMonitor: Bool
    /// What its frames begin with.
    public var linkType: LinkType

    /// Creates the description of a port.
    public init(
        name: String,
        description: String = "",
        mac: MACAddress = MACAddress(bits: 0),
        mtu: Int = 1500,
        speedMegabits: Int = 0,
        isMonitor: Bool = false,
        linkType: LinkType = .ethernet
    ) {
        self.name = name
        self.description = description
        self.mac = mac
        self.mtu = mtu
        self.speedMegabits = speedMegabits
        self.isMonitor = isMonitor
        self.linkType = linkType
    }
}
