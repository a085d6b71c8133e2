/// Something a plane wants people to know while it goes on.
public enum PlaneNotice: Hashable, Sendable, CustomStringConvertible {
    /// The host can still be heard on the port: it has no filter of ours.
    case unfiltered(String)
    /// The interface is gone.
    case vanished(String)
    /// An interface of that name is there again and is a port again.
    case returned(String)
    /// An interface of that name is there again and cannot be a port.
    case refused(String, PlaneError)

    /// What happened and what comes of it, in one sentence.
    public var description: String {
        switch self {
        case .unfiltered(let port):
            "\(port): not filtered (needs tcx, or clsact and cls_bpf, or was told to keep other filters); "
                + "the host itself may be heard on it"
        case .vanished(let port): "\(port): vanished; the hub goes on without it until it is back"
        case .returned(let port): "\(port): back"
        case .refused(let port, let error): "\(port): back, but cannot be joined: \(error)"
        }
    }
}
