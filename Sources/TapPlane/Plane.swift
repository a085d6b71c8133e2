public import TapLinux
public import TapWire

/// How frames cross the hub.
///
/// `engage` comes first, then `run`, then `disengage`; a plane that never engaged has nothing to undo.
public protocol Plane: ~Copyable {
    /// True if frames keep crossing when this process dies.
    var outlivesProcess: Bool { get }

    /// What a process must be allowed to do while it runs the plane.
    static var capabilities: [Capability] { get }

    /// What became of the frames so far.
    var ledger: Ledger { get }

    /// What was found of the ports when they were claimed, in the order of their indices.
    var facts: [InterfaceFacts] { get }

    /// Checks the configuration against the interfaces there are, and claims them; changes nothing on them.
    mutating func claim() throws(PlaneError)

    /// Goes on from a ring's counters, if they are those of as many ports.
    ///
    /// - Parameters:
    ///   - ledger: What the ring says.
    ///   - ring: What tells the ring from others.
    mutating func resume(_ ledger: Ledger, of ring: UInt64)

    /// Prepares the ports and joins them; when it throws, the ports are as they were, or as a hub before left them.
    mutating func engage() throws(PlaneError)

    /// Gives up without an end in order: ports that no hub had prepared before are put back, others stay as they are,
    /// so that what crosses them goes on.
    mutating func abandon()

    /// Lets frames cross and hands a copy of each to `sink`, until `stop` is raised.
    mutating func run(
        into sink: inout some MirrorSink & ~Copyable,
        until stop: borrowing StopSignal
    ) throws(PlaneError)

    /// Parts the ports and puts them back as they were, or leaves them for the next hub.
    mutating func disengage(_ action: PlaneConfiguration.ExitAction) throws(PlaneError)
}
