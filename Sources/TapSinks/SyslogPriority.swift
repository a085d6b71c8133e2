public import TapObserve

/// Which part of a system a message comes from (RFC 5424 table 1).
public enum SyslogFacility: String, CaseIterable, Sendable {
    case kern, user, mail, daemon, auth, syslog, lpr, news, uucp, cron, authpriv, ftp
    case ntp, security, console, clock
    case local0, local1, local2, local3, local4, local5, local6, local7

    /// The number in the table.
    public var code: Int {
        switch self {
        case .kern: 0
        case .user: 1
        case .mail: 2
        case .daemon: 3
        case .auth: 4
        case .syslog: 5
        case .lpr: 6
        case .news: 7
        case .uucp: 8
        case .cron: 9
        case .authpriv: 10
        case .ftp: 11
        case .ntp: 12
        case .security: 13
        case .console: 14
        case .clock: 15
        case .local0: 16
        case .local1: 17
        case .local2: 18
        case .local3: 19
        case .local4: 20
        case .local5: 21
        case .local6: 22
        case .local7: 23
        }
    }
}

/// How bad it is (RFC 5424 table 2); only what alerts need.
public enum SyslogSeverity: Int, Sendable {
    case alert = 1
    case critical = 2
    case warning = 4
    case notice = 5

    /// Critical is an alert, high is critical, medium a warning, low a notice.
    public init(_ severity: Severity) {
        switch severity {
        case .critical: self = .alert
        case .high: self = .critical
        case .medium: self = .warning
        case .low: self = .notice
        }
    }
}
