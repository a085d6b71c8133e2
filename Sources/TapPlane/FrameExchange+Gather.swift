import TapLinux

extension FrameExchange {
    /// Takes the frames that are there, oldest first across the ports, as many as a batch has.
    mutating func gather() {
        while count < capacity, !buffers.isFull, let port = earliest() { take(from: port) }
    }

    /// The port whose next frame arrived first.
    private func earliest() -> Int? {
        var earliest: Int?
        var arrival = Int64.max
        for port in 0..<portCount {
            guard let attachment = unsafe attachments[port],
                let next = unsafe attachment.pointee.receiver.nextArrival, next < arrival
            else { continue }
            earliest = port
            arrival = next
        }
        return earliest
    }

    private mutating func take(from port: Int) {
        guard let attachment = unsafe attachments[port],
            var frame = unsafe attachment.pointee.receiver.take()
        else { return }
        if unsafe frame.isQueued {
            unsafe attachment.pointee.receiver.fetch(&frame, into: buffers.next())
        }
        unsafe frame.restoreTag()
        unsafe (entries + count).initialize(to: Entry(frame: frame, port: port, loss: nil))
        count &+= 1
    }
}
