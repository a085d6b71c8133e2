/// How long a syslog sink waits for what.
package struct SyslogTimeLimits: Sendable {
    /// For a connection.
    package var connect = Duration.seconds(5)
    /// For the kernel to take what is sent.
    package var write = Duration.seconds(5)
    /// For the network to say that nobody listens, after something was sent over UDP.
    package var settle = Duration.milliseconds(250)
    /// For the other end to acknowledge what was sent over TCP, in one delivery.
    package var confirm = Duration.seconds(5)
    /// For the other end to acknowledge anything, before the connection is given up.
    package var silence = Duration.seconds(30)

    /// The limits that suit a network.
    package init() {}
}
