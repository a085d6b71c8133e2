public import TapWire

/// Something a plane wants people to know while it goes on.
public enum PlaneNotice: Hashable, Sendable, CustomStringConvertible {
    /// The host can still be heard on the port: it has no filter of ours.
    case unfiltered(String)
    /// Receive offloads of the port were switched, or could not be.
    case offloads(String, OffloadChanges)
    /// The kernel runs no programs for us, so its filters and actions join the ports.
    case byActions(PlaneError)
    /// The kernel cannot join the ports, so user space does.
    case inUserSpace(PlaneError)
    /// Counters and buffer of the hub before could not be taken up.
    case startsAnew
    /// Something failed that is tried again.
    case failed(PlaneError)
    /// The mirror began to leave things out, or leaves out more.
    case sheds(Shedding)
    /// The mirror holds everything again.
    case shedsNoMore(Shedding)
    /// The interface is gone.
    case vanished(String)
    /// An interface of that name is there again and is a port again.
    case returned(String)
    /// An interface of that name is there again and cannot be a port.
    case refused(String, PlaneError)
    /// The interface has another name and goes on as a port.
    case renamed(String, to: String)
    /// The interface has another MTU; `shortest` is the port with the least if they are not all equal.
    case mtuChanged(String, mtu: Int, shortest: PortMTU?)
    /// The interface belongs to a bridge, bond or team now.
    case mastered(String, master: String)
    /// The host has got an address on the interface.
    case addressed(String, address: String)
    /// The port has no carrier.
    case carrierLost(String)
    /// The port has a carrier again.
    case carrierBack(String)
    /// Someone switched the interface off.
    case setDown(String)
    /// The interface that was switched off is up again.
    case setUp(String)
    /// The port was taken down because none of the others has a carrier.
    case takenDown(String, for: [String])
    /// The port that was taken down is set up again.
    case raised(String)
    /// Someone else set the port up that was taken down.
    case leftUp(String)
    /// The port will be taken down later, as there were many faults in a row.
    case postponed(String, seconds: Int)
    /// The port could not be taken down or set up.
    case linkFaultFailed(PlaneError)

    /// What happened and what comes of it, in one sentence.
    public var description: String {
        switch self {
        case .unfiltered(let port):
            "\(port): not filtered (needs tcx, or clsact and cls_bpf, or was told to keep other filters); "
                + "the host itself may be heard on it"
        case .offloads(let port, let changes): "\(port): \(changes.sentence)"
        case .byActions(let error):
            "frames cross in the kernel by actions of filters, and are not mirrored while no hub runs: "
                + "\(error)"
        case .inUserSpace(let error):
            "frames cross in user space, and only while a hub runs: \(error)"
        case .startsAnew:
            "what crossed since the hub before ended is neither counted nor mirrored: its counters could not be "
                + "taken up (that needs root, and the same ports in the same order)"
        case .failed(let error): "\(error)"
        case .sheds(let shedding): "the mirror cannot keep up: \(shedding.words)"
        case .shedsNoMore(let shedding):
            "the mirror keeps up again; it lacks \(shedding.octets) octets of \(shedding.frames) frames"
        case .vanished(let port): "\(port): vanished; the hub goes on without it until it is back"
        case .returned(let port): "\(port): back"
        case .refused(let port, let error): "\(port): back, but cannot be joined: \(error)"
        case .renamed(let port, let name):
            "\(port): is called \(name) now and goes on as a port; the configuration needs the new name "
                + "before the next start"
        case .mtuChanged(let port, let mtu, let shortest): Self.changed(port, mtu, shortest)
        case .mastered(let port, let master):
            "\(port): belongs to \(master) now, which gets nothing from it while it is a port; "
                + "take it out (ip link set dev \(port) nomaster)"
        case .addressed(let port, let address):
            "\(port): has got the address \(address), at which the host cannot be reached while it is a "
                + "port; take it away (ip address del \(address) dev \(port))"
        case .carrierLost(let port): "\(port): no carrier; nothing crosses it until there is one"
        case .carrierBack(let port): "\(port): carrier"
        case .setDown(let port):
            "\(port): someone set it down; nothing crosses it until it is up (ip link set dev \(port) up)"
        case .setUp(let port): "\(port): set up again"
        default: linkFault
        }
    }

    private var linkFault: String {
        switch self {
        case .takenDown(let port, let others):
            "\(port): taken down for a link fault, as \(others.joined(separator: ", ")) "
                + "\(others.count == 1 ? "has" : "have") no carrier"
        case .raised(let port): "\(port): set up again, the link fault is over"
        case .leftUp(let port):
            "\(port): someone set it up in spite of the link fault; left as it is until that is over"
        case .postponed(let port, let seconds):
            "\(port): many link faults in a row; this one is passed on if it lasts for \(seconds) s"
        case .linkFaultFailed(let error): "cannot pass the link fault on: \(error)"
        default: ""
        }
    }

    private static func changed(_ port: String, _ mtu: Int, _ shortest: PortMTU?) -> String {
        let fact = "\(port): its MTU is \(mtu) now"
        guard let shortest else { return fact + ", like that of every other port" }
        return fact + "; frames longer than the \(shortest.mtu) of \(shortest.name) cannot cross: "
            + "make the MTUs equal"
    }
}
