public import Foundation

/// Where events and alerts go, and as whom.
public struct SinksConfiguration: Hashable, Sendable {
    /// Where EVE events go; nil for nowhere.
    public var eve: EVEDestination?
    /// Where alerts go as syslog messages.
    public var syslog: [SyslogDestination]
    /// The facility of those messages.
    public var facility: SyslogFacility
    /// The host that the tap runs on, as collectors see it.
    public var hostName: String
    /// The process that messages name.
    public var processID: Int32
    /// The zone of the time in the traditional form of syslog, which names none.
    public var timeZone: TimeZone

    /// Creates a configuration.
    public init(
        eve: EVEDestination? = nil,
        syslog: [SyslogDestination] = [],
        facility: SyslogFacility = .local4,
        hostName: String = "-",
        processID: Int32 = ProcessInfo.processInfo.processIdentifier,
        timeZone: TimeZone = .current
    ) {
        self.eve = eve
        self.syslog = syslog
        self.facility = facility
        self.hostName = hostName
        self.processID = processID
        self.timeZone = timeZone
    }

    /// The kernel's name for this host; no name server is asked.
    public static var currentHostName: String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
        let name = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        return name.isEmpty ? "-" : name
    }
}
