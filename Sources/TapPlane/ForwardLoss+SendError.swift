import SystemPackage
import TapLinux
import TapWire

extension ForwardLoss {
    /// The cause behind what the kernel said to a frame that was to be sent.
    init(sendError error: Errno, isUp: Bool) {
        switch error {
        case .messageTooLong: self = .oversize
        case .networkDown, .interfaceGone, .noSuchInterface: self = .linkDown
        case .noBufferSpace, .resourceTemporarilyUnavailable, .noMemory:
            self = isUp ? .transmitFull : .linkDown
        default: self = .transmitError
        }
    }
}
