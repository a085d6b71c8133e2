public import TapWire

/// What the kernel says of one interface at one time.
public struct InterfaceFacts: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its number, which no other interface of the namespace gets while it exists.
    public var index: Int32
    /// Its flags.
    public var flags: InterfaceFlags
    /// What its frames begin with, as linux/if_arp.h numbers it; 1 is Ethernet.
    public var hardwareType: UInt32
    /// Its address.
    public var mac: MACAddress
    /// The longest payload of a frame.
    public var mtu: Int
    /// Megabits a second; 0 when unknown.
    public var speedMegabits: Int
    /// The bridge, bond or team it belongs to.
    public var master: String?
    /// Its IP addresses as text with prefix length, those that the kernel gives each port by itself left out.
    public var addresses: [String]
    /// The kind of queueing discipline it has at its entry, if any: ingress or clsact.
    public var ingressDiscipline: String?
    /// The numbers of the programs that are run for frames that enter, without a discipline (tcx).
    public var ingressPrograms: [UInt32]
    /// The kind of queueing discipline before its transmit queues; noop if it was never up.
    public var rootDiscipline: String?

    /// Creates the facts of one interface.
    public init(
        name: String,
        index: Int32,
        flags: InterfaceFlags = [],
        hardwareType: UInt32 = 1,
        mac: MACAddress = MACAddress(bits: 0),
        mtu: Int = 1500,
        speedMegabits: Int = 0,
        master: String? = nil,
        addresses: [String] = [],
        ingressDiscipline: String? = nil,
        ingressPrograms: [UInt32] = [],
        rootDiscipline: String? = nil
    ) {
        self.name = name
        self.index = index
        self.flags = flags
        self.hardwareType = hardwareType
        self.mac = mac
        self.mtu = mtu
        self.speedMegabits = speedMegabits
        self.master = master
        self.addresses = addresses
        self.ingressDiscipline = ingressDiscipline
        self.ingressPrograms = ingressPrograms
        self.rootDiscipline = rootDiscipline
    }

    /// True if its frames are Ethernet frames from a medium.
    public var isEthernet: Bool { hardwareType == 1 && !flags.contains(.loopback) }
}
