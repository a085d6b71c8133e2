import Synchronization
public import TapWire

/// What the sessions of all servers have taught about the lengths of their replies, bounded.
///
/// Kept by address and not by port: a server answers alike on 25, 587 and 465, and on 465 nothing is ever heard in the
/// clear. A session takes its server's lengths when TLS begins and gives what it heard when it ends, so what is known depends
/// on the order of sessions alone.
public final class ServerMemory: Sendable {
    private struct Table {
        var servers: [IPAddress: ServerLengths] = [:]
        /// The servers in the order they were first heard.
        var order: [IPAddress] = []
    }

    /// How many servers are remembered; the one first heard is forgotten first.
    public let capacity: Int
    private let table = Mutex(Table())

    /// Creates an empty memory for `capacity` servers.
    public init(capacity: Int = 1_024) { self.capacity = max(1, capacity) }

    /// What is known of the server at `address`.
    public func lengths(of address: IPAddress) -> ServerLengths {
        table.withLock { $0.servers[address] ?? ServerLengths() }
    }

    /// Takes what a session heard of the server at `address`.
    public func learn(_ lengths: ServerLengths, of address: IPAddress) {
        guard !lengths.isEmpty else { return }
        table.withLock { table in
            if table.servers[address] == nil {
                if table.order.count >= capacity {
                    table.servers[table.order.removeFirst()] = nil
                }
                table.order.append(address)
            }
            table.servers[address, default: ServerLengths()].merge(lengths)
        }
    }
}
