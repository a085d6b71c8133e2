import Foundation
import NIOCore

/// What the kernel still holds of what was written to a TCP socket.
///
/// Read from `/proc/self/net/tcp` and `tcp6` (proc(5)), since the system call for it needs C. Sockets are found by their
/// two ports; should two connections share both, the fuller one counts.
package struct SendQueue: Hashable {
    /// Octets that were written and not acknowledged.
    package var octets: Int
    /// True while the other host has no room and is asked again and again whether it has.
    package var isProbing: Bool

    /// The queue of a connected channel; nil if it is not connected or the kernel does not say.
    init?(of channel: any Channel) {
        guard let local = channel.localAddress?.port, let remote = channel.remoteAddress?.port
        else {
            return nil
        }
        var found: SendQueue?
        for file in ["/proc/self/net/tcp", "/proc/self/net/tcp6"] {
            guard let table = try? String(contentsOfFile: file, encoding: .utf8) else { continue }
            guard let queue = SendQueue(in: table, local: local, remote: remote) else { continue }
            if queue.octets >= found?.octets ?? 0 { found = queue }
        }
        guard let found else { return nil }
        self = found
    }

    /// Finds the fullest queue between two ports in the kernel's table.
    package init?(in table: String, local: Int, remote: Int) {
        var found: SendQueue?
        for line in table.split(separator: "\n").dropFirst() {
            // sl local rem st tx_queue:rx_queue tr:when ...
            let fields = line.split(separator: " ")
            guard fields.count > 5, Self.port(fields[1]) == local, Self.port(fields[2]) == remote
            else {
                continue
            }
            guard let octets = Int(fields[4].prefix { $0 != ":" }, radix: 16) else { continue }
            guard octets >= found?.octets ?? 0 else { continue }
            // Timer 4 is the probe of a zero window (net/ipv4/tcp_ipv4.c).
            found = SendQueue(octets: octets, isProbing: fields[5].hasPrefix("04:"))
        }
        guard let found else { return nil }
        self = found
    }

    private init(octets: Int, isProbing: Bool) {
        self.octets = octets
        self.isProbing = isProbing
    }

    private static func port(_ address: Substring) -> Int? {
        address.lastIndex(of: ":").flatMap { Int(address[address.index(after: $0)...], radix: 16) }
    }
}
