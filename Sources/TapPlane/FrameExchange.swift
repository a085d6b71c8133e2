import SystemPackage
import TapLinux
import TapWire

/// One batch of frames on its way: taken from the ports in the order of arrival, sent by all others, mirrored
/// once, and only then given back to the kernel.
///
/// Theory of operation: `gather` takes frames whose slots stay ours, `send` queues each at every other
/// port and sends all queues with one system call each, `settle` mirrors the frames, writes them into
/// the ledger and gives the slots back. The wire comes before the mirror, and both look at the same octets: nothing
/// is copied but into the kernel's buffer and into the mirror.
@safe struct FrameExchange: ~Copyable {
    // SAFETY: `entries` has `capacity` elements and `attachments` `portCount`, this owner's own, freed in
    // deinit. The first `count` entries hold slots of receivers that are detached only when `count` is 0.

    /// A frame of the batch, the port it entered by, and why it did not leave by all others.
    @unsafe struct Entry {
        var frame: ReceivedFrame
        var port: Int
        var loss: ForwardLoss?
    }

    let portCount: Int
    /// How many of the ports may send: those before the monitors.
    let hubPortCount: Int
    let capacity: Int
    var count = 0
    let entries: UnsafeMutablePointer<Entry>
    let attachments: UnsafeMutablePointer<UnsafeMutablePointer<PortAttachment>?>
    let sieve: MirrorSieve
    var buffers = FrameBuffers()

    init(_ configuration: PlaneConfiguration) {
        portCount = configuration.interfaces.count
        hubPortCount = configuration.ports.count
        capacity = max(1, configuration.batchSize)
        sieve = MirrorSieve(configuration)
        unsafe entries = .allocate(capacity: capacity)
        unsafe attachments = .allocate(capacity: portCount)
        unsafe attachments.initialize(repeating: nil, count: portCount)
    }

    deinit {
        for index in 0..<portCount {
            guard let attachment = unsafe attachments[index] else { continue }
            unsafe attachment.deinitialize(count: 1)
            unsafe attachment.deallocate()
        }
        unsafe attachments.deallocate()
        unsafe entries.deallocate()
    }

    /// Lets frames of a port in and out.
    mutating func attach(_ attachment: consuming PortAttachment, at port: Int) {
        precondition(port >= 0 && port < portCount && count == 0)
        detach(at: port)
        let pointer = UnsafeMutablePointer<PortAttachment>.allocate(capacity: 1)
        unsafe pointer.initialize(to: attachment)
        unsafe attachments[port] = unsafe pointer
    }

    /// Closes the sockets of a port, if it has any.
    mutating func detach(at port: Int) {
        precondition(port >= 0 && port < portCount && count == 0)
        guard let pointer = unsafe attachments[port] else { return }
        unsafe attachments[port] = nil
        unsafe pointer.deinitialize(count: 1)
        unsafe pointer.deallocate()
    }

    /// Closes all sockets.
    mutating func detachAll() {
        for port in 0..<portCount { detach(at: port) }
    }

    /// Works on the sockets of a port; nil if it has none.
    mutating func withAttachment<Result>(
        at port: Int,
        _ body: (inout PortAttachment) -> Result
    ) -> Result? {
        precondition(port >= 0 && port < portCount)
        guard let pointer = unsafe attachments[port] else { return nil }
        return body(&(unsafe pointer.pointee))
    }
}
