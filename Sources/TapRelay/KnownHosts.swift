import TapWire

/// What is remembered that tells which way a session went: little enough to be handed on for every event.
struct KnownHosts: Sendable {
    /// Mail servers, own and foreign.
    let servers: BoundedTable<IPAddress, ServerRecord>
    /// Hosts that speak mail.
    let book: HostBook
    /// Bit n is set once a frame came in by port n.
    let portsSeen: UInt32
}

extension RelayMemory {
    /// What tells which way a session went.
    var knownHosts: KnownHosts {
        KnownHosts(servers: servers, book: hosts, portsSeen: portsSeen)
    }
}
