import CNetlink
import CTap
import Glibc
public import SystemPackage

/// What changes on the interfaces of a network namespace, as the kernel tells it, without waiting.
///
/// The namespace is that of the thread that made it. The kernel drops messages when its queue for us is full and
/// says so once: nothing that was known holds then, and every interface must be looked at again.
public struct LinkWatch: ~Copyable {
    /// What was heard since the last look.
    public enum News: Hashable, Sendable {
        /// These messages, in the order of the kernel; none if nothing happened.
        case messages([LinkMessage])
        /// Messages were lost: everything may have changed.
        case lookAgain
    }

    /// Readable when there is news.
    public let descriptor: FileDescriptor
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    /// Begins to listen.
    public init() throws(Errno) {
        let type = CTAP_SOCK_RAW | CTAP_SOCK_CLOEXEC | CTAP_SOCK_NONBLOCK
        // #syscalls socket
        let number = socket(AF_NETLINK, type, NETLINK_ROUTE)
        guard number >= 0 else { throw .latest }
        descriptor = try FileDescriptor(rawValue: number).closedOnFailure { socket throws(Errno) in
            // So much survives a pause of ours; the force needs CAP_NET_ADMIN, without it less does.
            try? PacketSocket.set(socket, SOL_SOCKET, SO_RCVBUFFORCE, 1 << 20)
            try Self.bind(socket)
        }
    }

    deinit { try? descriptor.close() }

    /// Everything that the kernel has said since the last call.
    ///
    /// The last message about an interface says how it is now, unless more happened meanwhile: then that will
    /// be news, too.
    public mutating func news() -> News {
        var messages: [LinkMessage] = []
        var isComplete = true
        // More than the queue holds: only a storm that goes on reaches the end, and cannot hold who asks.
        for _ in 0..<Self.maximumDatagramCount {
            switch receive() {
            case .nothing: return isComplete ? .messages(messages) : .lookAgain
            case .messages(let more): if isComplete { messages += more }
            case .lost: isComplete = false
            }
        }
        return .lookAgain
    }

    private enum Datagram {
        case nothing
        case messages([LinkMessage])
        case lost
    }

    private mutating func receive() -> Datagram {
        var sender = sockaddr_nl()
        let count = unsafe buffer.withUnsafeMutableBytes { room in
            unsafe withUnsafeMutablePointer(to: &sender) { pointer in
                // SAFETY: buffer and address live across the call, which fills at most their lengths;
                // a sockaddr_nl is a sockaddr of the family it names.
                // #syscalls recvfrom
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
                    let flags = CTAP_MSG_DONTWAIT | CTAP_MSG_TRUNC
                    return unsafe recvfrom(
                        descriptor.rawValue,
                        room.baseAddress,
                        room.count,
                        flags,
                        address,
                        &length
                    )
                }
            }
        }
        guard count >= 0 else {
            switch Errno.latest {
            case .resourceTemporarilyUnavailable: return .nothing
            case .interrupted: return .messages([])
            default: return .lost
            }
        }
        // Only the kernel is believed: it has the port 0.
        guard sender.nl_pid == 0 else { return .messages([]) }
        guard count <= buffer.count else { return .lost }
        let messages = LinkMessage.read(buffer.span.extracting(first: count))
        return messages.map(Datagram.messages) ?? .lost
    }

    private static func bind(_ socket: FileDescriptor) throws(Errno) {
        var address = sockaddr_nl()
        address.nl_family = UInt16(AF_NETLINK)
        address.nl_groups = UInt32(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            // SAFETY: the address lives across the call, which only reads it; a sockaddr_nl is a
            // sockaddr of the family it names.
            // #syscalls bind
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe Glibc.bind(
                    socket.rawValue,
                    address,
                    socklen_t(MemoryLayout<sockaddr_nl>.size)
                )
            }
        }
        guard result == 0 else { throw .latest }
    }

    private static let maximumDatagramCount = 65_536
}
