/// How long a syslog sink waits for what.
struct SyslogTimeLimits: Sendable {
    /// For a connection.
    var connect = Duration.seconds(5)
    /// For the kernel to take what is sent.
    var write = Duration.seconds(5)
    /// For the network to say that nobody listens, after something was sent over UDP.
    var settle = Duration.milliseconds(250)
    /// For the other end to acknowledge what was sent over TCP, in one delivery.
    var confirm = Duration.seconds(5)
    /// For the other end to acknowledge anything, before the connection is given up.
    var silence = Duration.seconds(30)
}
