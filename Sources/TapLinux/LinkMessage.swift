public import TapWire

/// One thing that the kernel says about interfaces without being asked.
///
/// A state is all of it: what changed, whether a name or a carrier, the reader sees who knows the state before.
public enum LinkMessage: Hashable, Sendable {
    /// An interface is new or has changed.
    case state(LinkState)
    /// An interface is gone from this namespace.
    case removed(index: Int32)
    /// An interface has an address, or has it still; those that the kernel gives by itself are left out.
    case address(index: Int32, address: IPAddress, prefixLength: UInt8)
    /// An interface has lost an address.
    case addressRemoved(index: Int32, address: IPAddress, prefixLength: UInt8)
}
