/// What an interface is set to and what state it is in, as netdevice(7) has it.
public struct InterfaceFlags: OptionSet, Hashable, Sendable {
    /// The IFF_ bits.
    public var rawValue: Int32

    /// Creates flags from their bits.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// It is switched on.
    public static let up = InterfaceFlags(rawValue: 1 << 0)
    /// It is the loopback.
    public static let loopback = InterfaceFlags(rawValue: 1 << 3)
    /// It has a carrier and works.
    public static let running = InterfaceFlags(rawValue: 1 << 6)
    /// It takes frames for everybody, by its own setting and not by a program's wish.
    public static let promiscuous = InterfaceFlags(rawValue: 1 << 8)
}
