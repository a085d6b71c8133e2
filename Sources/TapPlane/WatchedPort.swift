import TapLinux
import TapWire

/// What is known of the interface behind one port.
struct WatchedPort: Hashable, Sendable {
    /// The name in the configuration.
    let configuredName: String
    /// The name the interface has, or had before it was gone.
    var name: String
    /// The interface that is joined; nil while there is none.
    var link: LinkState?
    /// An interface of the port's name that could be joined in its place.
    var candidate: LinkState?
    /// The addresses of the host on it, as text.
    var addresses: Set<String>
    /// Whether the hub took it down.
    var isHeld = false
    var telling = LinkTelling()

    init(_ link: LinkState, addresses: [String]) {
        configuredName = link.name
        name = link.name
        self.link = link
        self.addresses = Set(addresses)
    }

    /// How its link is.
    var state: PortState {
        guard let link else { return .gone }
        guard link.isUp else { return isHeld ? .linkFault : .down }
        return link.isRunning ? .up : .noCarrier
    }
}
