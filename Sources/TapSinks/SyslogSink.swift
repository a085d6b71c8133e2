package import NIOCore
import NIOPosix
public import TapStore

/// Sends syslog messages to one destination.
///
/// What can be lost in spite of the outbox: what a collector had in its socket buffer when it died (over `/dev/log` and
/// TCP), what the network lost without a word (over UDP; that nobody listens is noticed where the network says so). What
/// can arrive twice: messages that were on their way when a connection broke. The alert's name tells them apart.
public final class SyslogSink: Sink {
    /// `syslog:` and the destination.
    public let name: String
    /// Few enough that a repetition is short.
    public let limit: OutboxLimit
    private let transport: any SyslogTransport

    /// Creates a sink; nothing is opened before there is something to send.
    public convenience init(_ destination: SyslogDestination) {
        self.init(
            destination,
            group: .singletonMultiThreadedEventLoopGroup,
            limits: SyslogTimeLimits()
        )
    }

    /// Creates a sink with waits of its own.
    package init(
        _ destination: SyslogDestination,
        group: any EventLoopGroup,
        limits: SyslogTimeLimits
    ) {
        name = "syslog:\(destination)"
        switch destination {
        case .unix(let path):
            limit = OutboxLimit(items: 64, octets: 1 << 20)
            transport = UnixTransport(path: path, name: name, group: group, limits: limits)
        case .udp(let host, let port):
            limit = OutboxLimit(items: 32, octets: 1 << 20)
            transport = UDPTransport(
                host: host,
                port: port,
                name: name,
                group: group,
                limits: limits
            )
        case .tcp(let host, let port):
            limit = OutboxLimit(items: 128, octets: 1 << 20)
            transport = TCPTransport(
                host: host,
                port: port,
                name: name,
                group: group,
                limits: limits
            )
        }
    }

    /// Sends `batch` in order.
    public func deliver(_ batch: [OutboxItem]) async throws(SinkError) {
        try await transport.deliver(batch)
    }

    /// Closes the socket.
    public func close() async { await transport.close() }
}

/// How messages get to a collector.
protocol SyslogTransport: Sendable {
    func deliver(_ batch: [OutboxItem]) async throws(SinkError)
    func close() async
}

extension SinkError {
    /// Makes of what NIO throws something that says what to do.
    init(_ error: any Error, destination: String, deliveredCount: Int = 0) {
        let code: Code =
            switch error {
            case is CancellationError: .cancelled
            case is WaitTimedOut: .stalled
            case ChannelError.writeMessageTooLarge: .refused
            default: .unreachable
            }
        let detail: String =
            switch error {
            case is CancellationError: "stopping"
            case is WaitTimedOut: "no room for more, or no answer"
            default: NetworkFailure(error).description
            }
        self.init(
            code: code,
            destination: destination,
            detail: detail,
            deliveredCount: deliveredCount
        )
    }
}
