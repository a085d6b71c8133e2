import CTap
import Glibc
public import SystemPackage

/// A packet socket that sends frames by one interface, past its queueing discipline and its filters.
///
/// Frames are queued by address and sent together with one system call.
@safe public struct PacketSender: ~Copyable {
    // SAFETY: the arrays are this owner's own, of `capacity` elements each, freed in deinit; `count` never
    // exceeds `capacity`. That queued frames live until `send` is the promise of who queues them.

    private let descriptor: FileDescriptor
    /// How many frames may be queued.
    public let capacity: Int
    /// How many frames are queued.
    public private(set) var count = 0
    private let messages: UnsafeMutablePointer<ctap_message>
    private let pieces: UnsafeMutablePointer<iovec>
    // One address for each tag protocol that the kernel must be told: 802.1Q, 802.1ad.
    private let addresses: UnsafeMutablePointer<sockaddr_ll>

    /// Opens a sender on the interface of the given index.
    public init(interface index: Int32, capacity: Int) throws(Errno) {
        descriptor = try PacketSocket.open().closedOnFailure { socket throws(Errno) in
            try PacketSocket.set(socket, SOL_PACKET, PACKET_VNET_HDR, 1)
            try PacketSocket.set(socket, SOL_PACKET, PACKET_QDISC_BYPASS, 1)
            try PacketSocket.set(socket, SOL_SOCKET, SO_SNDBUFFORCE, Self.queueByteCount)
            try PacketSocket.bind(socket, interface: index, etherType: 0)
        }
        self.capacity = capacity
        unsafe pieces = .allocate(capacity: capacity)
        unsafe pieces.initialize(repeating: iovec(), count: capacity)
        unsafe messages = .allocate(capacity: capacity)
        unsafe messages.initialize(repeating: ctap_message(), count: capacity)
        for index in 0..<capacity {
            unsafe messages[index].header.msg_iov = unsafe pieces + index
            unsafe messages[index].header.msg_iovlen = 1
        }
        unsafe addresses = .allocate(capacity: 2)
        for (place, protocolIdentifier) in [UInt16(0x8100), 0x88A8].enumerated() {
            var address = sockaddr_ll()
            address.sll_family = UInt16(AF_PACKET)
            address.sll_protocol = protocolIdentifier.bigEndian
            address.sll_ifindex = index
            unsafe (addresses + place).initialize(to: address)
        }
    }

    deinit {
        unsafe messages.deallocate()
        unsafe pieces.deallocate()
        unsafe addresses.deallocate()
        try? descriptor.close()
    }

    /// Queues one frame; it must live, unchanged, until it is sent.
    ///
    /// - Precondition: fewer than `capacity` frames are queued.
    public mutating func queue(_ frame: borrowing ReceivedFrame) {
        precondition(count < capacity)
        unsafe pieces[count].iov_base = unsafe frame.message
        unsafe pieces[count].iov_len = unsafe frame.messageByteCount
        let tag = unsafe frame.sendProtocol
        unsafe messages[count].header.msg_namelen = 0
        unsafe messages[count].header.msg_name = nil
        if tag != 0 {
            unsafe messages[count].header.msg_name = .init(addresses + (tag == 0x88A8 ? 1 : 0))
            unsafe messages[count].header.msg_namelen = socklen_t(MemoryLayout<sockaddr_ll>.size)
        }
        count &+= 1
    }

    /// Sends queued frames from the one at `index` on, and does not wait.
    ///
    /// - Returns: how many were sent, at least one; throws what happened to the one at `index`.
    public func send(from index: Int) throws(Errno) -> Int {
        precondition(index >= 0 && index < count)
        while true {
            // SAFETY: the messages from `index` to `count` point at pieces and addresses of ours.
            // #syscalls sendmmsg
            let result = unsafe ctap_send_messages(
                descriptor.rawValue,
                messages + index,
                UInt32(count - index),
                CTAP_MSG_DONTWAIT
            )
            if result > 0 { return Int(result) }
            let error = Errno(rawValue: -result)
            guard error == .interrupted else { throw error }
        }
    }

    /// Forgets the queued frames.
    public mutating func clear() { count = 0 }

    /// Takes the error that a change of the interface left on the socket.
    public func clearError() { PacketSocket.clearError(descriptor) }

    /// So much may be under way; the interface's own queue is shorter.
    private static let queueByteCount: CInt = 32 << 20
}
