import TapLinux

/// The far end of a cable, from which frames are sent and at which they arrive.
final class Station: Sendable {
    private let inbox = Box<[FrameSocket.Received]>()
    private let lab: LabNamespace
    private let interface: String

    init(_ lab: LabNamespace, _ interface: String) {
        self.lab = lab
        self.interface = interface
    }

    /// Sends frames from here, and returns what arrives at `other` until as many came or none more does.
    func send(
        _ frames: [OutgoingFrame],
        to other: String,
        within milliseconds: Int32 = 5000
    ) throws -> [FrameSocket.Received] {
        let interface = interface
        return try lab.inside {
            let control = try InterfaceControl()
            guard let near = try control.index(of: interface),
                let far = try control.index(of: other)
            else { throw LabFailure("no \(interface) or no \(other)") }
            let sender = try FrameSocket(interface: near, slotCount: 64)
            var receiver = try FrameSocket(interface: far, slotCount: 4096)
            for (number, frame) in frames.enumerated() {
                try sender.send(frame.octets, offload: frame.offload, etherType: frame.etherType)
                // Other tests want the processors, too: no plane is to be flooded by accident.
                if number % 64 == 63 { FileMappingClock.pause(nanoseconds: 1_000_000) }
            }
            var received: [FrameSocket.Received] = []
            while received.count < frames.count,
                let next = receiver.receive(milliseconds: milliseconds)
            {
                received.append(next)
            }
            // One more look: nothing may come twice.
            while let next = receiver.receive(milliseconds: 20) { received.append(next) }
            return received
        }
    }
}

/// A frame and what the kernel is told about it.
struct OutgoingFrame: Hashable, Sendable {
    var octets: [UInt8]
    var offload = [UInt8](repeating: 0, count: 10)
    var etherType: UInt16 = 0

    init(_ octets: [UInt8]) { self.octets = octets }
}
