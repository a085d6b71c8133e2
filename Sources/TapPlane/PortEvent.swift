/// Something that happened to the interface behind a port, by the number of the port.
package enum PortEvent: Hashable, Sendable {
    /// The interface is gone.
    case vanished(Int)
    /// An interface of the port's name is there and may be joined.
    case appeared(Int)
    /// The interface has another name.
    case renamed(Int, from: String, to: String)
    /// The interface has another MTU, or came back with one that is not that of the others.
    case mtuChanged(Int, mtu: Int, shortest: PortMTU?)
    /// The interface belongs to a bridge, bond or team now, by that one's number.
    case mastered(Int, master: Int32)
    /// The host has got an address on the interface.
    case addressed(Int, address: String)
    /// There is no carrier any more, or none came since the port was joined or set up.
    case carrierLost(Int)
    /// There is a carrier again.
    case carrierBack(Int)
    /// Someone else switched the interface off, and not for a moment only.
    case setDown(Int)
    /// The interface that someone switched off is up again.
    case setUp(Int)
}
