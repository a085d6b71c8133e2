import Glibc
import SystemPackage
import TapLinux

/// How long a batch waits for a full transmit queue before a frame is given up.
///
/// A NIC's queue is full for microseconds when a burst meets the line's speed; waiting costs nothing then, as the
/// receive rings hold what comes meanwhile. The time is one budget for a whole batch, so that a port
/// that takes nothing cannot hold the others up.
struct SendPatience: ~Copyable {
    private static let nanoseconds: Int64 = 200_000

    private let control: InterfaceControl
    private let ports: [PlanePort]
    private var deadline: Int64?
    private var hasCleared = false

    init(ports: [PlanePort], control: consuming InterfaceControl) {
        self.control = control
        self.ports = ports
    }

    /// Begins a new batch.
    mutating func renew() {
        deadline = nil
        hasCleared = false
    }

    /// Whether to try again after `error`; notes when the port turns out to be down.
    mutating func retries(_ error: Errno, at port: Int, _ target: inout PortAttachment) -> Bool {
        switch error {
        case .noBufferSpace, .resourceTemporarilyUnavailable, .noMemory:
            waits(at: port, &target)
        case .networkDown:
            // It may be the memory of a pause that is over: the socket tells each only once.
            clears(at: port, &target)
        default: false
        }
    }

    private mutating func waits(at port: Int, _ target: inout PortAttachment) -> Bool {
        let now = FileMappingClock.monotonicNanoseconds()
        guard let deadline else {
            deadline = now &+ Self.nanoseconds
            // The kernel says "full" for "no carrier", too; when down, the caller refuses what is left.
            target.isUp = isUp(port)
            return true
        }
        guard now < deadline else { return false }
        // #syscalls sched_yield
        sched_yield()
        return true
    }

    private mutating func clears(at port: Int, _ target: inout PortAttachment) -> Bool {
        target.isUp = isUp(port)
        defer { hasCleared = true }
        return !hasCleared
    }

    private func isUp(_ port: Int) -> Bool {
        (try? control.flags(of: ports[port].name))?.isSuperset(of: [.up, .running]) ?? false
    }
}
