/// The MTU of a port.
public struct PortMTU: Hashable, Sendable {
    /// The name of the interface.
    public var name: String
    /// The longest payload of a frame.
    public var mtu: Int

    /// Creates the MTU of the port called `name`.
    public init(name: String, mtu: Int) {
        self.name = name
        self.mtu = mtu
    }
}
