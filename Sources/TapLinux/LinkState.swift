/// What the kernel says of an interface's link at one moment.
public struct LinkState: Hashable, Sendable {
    /// The number of the interface, which it keeps whatever it is called.
    public var index: Int32
    /// Its name.
    public var name: String
    /// Whether it is switched on.
    public var isUp: Bool
    /// Whether it is switched on, has a carrier and works.
    public var isRunning: Bool
    /// The longest payload of a frame.
    public var mtu: Int
    /// The number of the bridge, bond or team it belongs to.
    public var master: Int32?

    /// Creates the state of one interface.
    public init(
        index: Int32,
        name: String,
        isUp: Bool = true,
        isRunning: Bool = true,
        mtu: Int = 1500,
        master: Int32? = nil
    ) {
        self.index = index
        self.name = name
        self.isUp = isUp
        self.isRunning = isRunning
        self.mtu = mtu
        self.master = master
    }
}
