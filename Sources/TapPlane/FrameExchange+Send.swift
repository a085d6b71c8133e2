import SystemPackage
import TapLinux
import TapWire

extension FrameExchange {
    /// Sends every whole frame of the batch by every port but its own.
    ///
    /// `patience` is asked before a frame is given up because a queue is full.
    mutating func send(into ledger: inout Ledger, patience: inout SendPatience) {
        for index in 0..<count { distribute(index) }
        for port in 0..<portCount {
            guard let attachment = unsafe attachments[port] else { continue }
            unsafe flush(port, &attachment.pointee, &ledger, &patience)
        }
    }

    private func distribute(_ index: Int) {
        let entry = unsafe entries + index
        let ingress = unsafe entry.pointee.port
        guard ingress < hubPortCount else {
            unsafe entry.pointee.loss = .monitor
            return
        }
        guard unsafe entry.pointee.frame.isWhole else {
            unsafe entry.pointee.loss = .truncated
            return
        }
        for port in 0..<portCount where port != ingress {
            guard let target = unsafe attachments[port] else {
                if port < hubPortCount { unsafe entry.pointee.loss = .linkDown }
                continue
            }
            unsafe target.pointee.queue(entry.pointee.frame, index: index)
        }
    }

    /// Sends what is queued for one port, frame by frame past those the kernel refuses.
    private func flush(
        _ port: Int,
        _ target: inout PortAttachment,
        _ ledger: inout Ledger,
        _ patience: inout SendPatience
    ) {
        var sent = 0
        while sent < target.sender.count {
            guard target.isUp else {
                refuse(from: sent, to: target.sender.count, at: port, target, .linkDown)
                break
            }
            do throws(Errno) {
                let step = try target.sender.send(from: sent)
                note(sent..<(sent &+ step), of: target, in: &ledger.ports[port])
                sent &+= step
            } catch {
                if patience.retries(error, at: port, &target) { continue }
                let loss = ForwardLoss(sendError: error, isUp: target.isUp)
                refuse(from: sent, to: sent &+ 1, at: port, target, loss)
                sent &+= 1
            }
        }
        target.sender.clear()
    }

    private func note(
        _ places: Range<Int>,
        of target: borrowing PortAttachment,
        in line: inout PortLedger
    ) {
        var octets = 0
        for place in places { octets &+= unsafe entries[target.index(at: place)].frame.wireLength }
        line.txFrames &+= UInt64(places.count)
        line.txOctets &+= UInt64(octets)
    }

    // What a monitor misses is no loss on the wire.
    private func refuse(
        from first: Int,
        to end: Int,
        at port: Int,
        _ target: borrowing PortAttachment,
        _ loss: ForwardLoss
    ) {
        guard port < hubPortCount else { return }
        for place in first..<end {
            let entry = unsafe entries + target.index(at: place)
            if unsafe entry.pointee.loss == nil { unsafe entry.pointee.loss = loss }
        }
    }
}
