/// What a plane has to do because of what happened to a port.
enum PortTask: Hashable, Sendable {
    /// The interface is gone: frames neither come nor go by it any more.
    case part(Int)
    /// An interface of the port's name is there: it is to be checked and joined, and the keeper told what came of it.
    case join(Int)
    /// Frames may be as long as the MTU in the port's facts says now.
    case resize(Int)
}
