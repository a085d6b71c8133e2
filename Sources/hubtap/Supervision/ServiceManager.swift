import Foundation

/// What may have started this process as a service.
enum ServiceManager {
    /// True if it did: systemd gives every run of a service a number (systemd.exec(5)).
    ///
    /// The shells of a terminal that is a service itself inherit the number, but they have the terminal, too.
    static var hasStartedUs: Bool {
        guard let run = ProcessInfo.processInfo.environment["INVOCATION_ID"] else { return false }
        return !run.isEmpty && !Terminal.isInputTerminal
    }
}
