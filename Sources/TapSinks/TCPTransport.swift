import Foundation
import NIOCore
import NIOPosix
import TapStore

/// Messages with their lengths before them on one connection (RFC 6587 section 3.4.1).
///
/// Theory of operation. Syslog over TCP has no acknowledgement of its own, so TCP's must do: a batch counts as delivered
/// once the other host has acknowledged every octet and the connection still stands. When the other end takes nothing for
/// a while (a collector that was stopped), the connection and what was written stay, and the next delivery goes on waiting
/// for the same octets. When the connection breaks, what was not confirmed is sent again on the next one.
actor TCPTransport: SyslogTransport {
    private let host: String
    private let port: UInt16
    private let name: String
    private let group: any EventLoopGroup
    private let limits: SyslogTimeLimits
    private var link: SyslogLink?
    /// The last item that was written on this connection.
    private var writtenThrough: Int64 = 0
    private var lastWrite: EventLoopFuture<Void>?
    /// How many octets waited for the other end, and since when that has not changed.
    private var backlog: (octets: Int, since: ContinuousClock.Instant)?

    init(
        host: String,
        port: UInt16,
        name: String,
        group: any EventLoopGroup,
        limits: SyslogTimeLimits
    ) {
        self.host = host
        self.port = port
        self.name = name
        self.group = group
        self.limits = limits
    }

    func deliver(_ batch: [OutboxItem]) async throws(SinkError) {
        do {
            let link = try await connected()
            try await write(batch, on: link)
            try await confirm(on: link)
        } catch {
            let failure = error as? SinkError ?? SinkError(error, destination: name)
            if failure.code != .stalled { await close() }
            throw failure
        }
    }

    func close() async {
        link?.close()
        link = nil
        lastWrite = nil
        backlog = nil
        writtenThrough = 0
    }

    private func connected() async throws -> SyslogLink {
        if let link, link.failure == nil { return link }
        await close()
        let watch = LinkWatch()
        let channel = try await ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(limits.connect))
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { $0.pipeline.addHandler(watch) }
            .connect(host: host, port: Int(port))
            .value(within: limits.connect + .seconds(1)) { $0.close(promise: nil) }
        let link = SyslogLink(channel: channel, watch: watch)
        self.link = link
        return link
    }

    /// Writes what was not written on this connection before, and waits until the kernel has taken it.
    private func write(_ batch: [OutboxItem], on link: SyslogLink) async throws {
        var buffer = ByteBuffer()
        for item in batch where item.id > writtenThrough {
            buffer.writeString("\(item.payload.count) ")
            buffer.writeBytes(item.payload)
            writtenThrough = item.id
        }
        if buffer.readableBytes > 0 { lastWrite = link.channel.writeAndFlush(buffer) }
        try await lastWrite?.value(within: limits.write)
    }

    /// Waits until the other host has acknowledged all that was written.
    private func confirm(on link: SyslogLink) async throws {
        let deadline = ContinuousClock.now + limits.confirm
        var wait = Duration.milliseconds(1)
        while true {
            if let failure = link.failure {
                throw SinkError(code: .unreachable, destination: name, detail: failure)
            }
            // Without /proc the next failure of the connection is all there is to go by.
            guard let queue = SendQueue(of: link.channel) else { return }
            if queue.octets == 0 {
                backlog = nil
                // An answer that was a reset has closed the channel by now, or does so before the next delivery.
                guard link.failure == nil else { continue }
                return
            }
            guard ContinuousClock.now < deadline else { throw stalled(queue) }
            try await Task.sleep(for: wait)
            wait = min(wait * 2, .milliseconds(100))
        }
    }

    /// The error for octets that were not acknowledged in time.
    private func stalled(_ queue: SendQueue) -> SinkError {
        let now = ContinuousClock.now
        let since = backlog?.octets == queue.octets ? backlog?.since ?? now : now
        backlog = (queue.octets, since)
        // While the other host answers probes of its full window it is there, and will read some day.
        guard !queue.isProbing, now - since > limits.silence else {
            let detail = "\(queue.octets) octets wait for it"
            return SinkError(code: .stalled, destination: name, detail: detail)
        }
        let detail = "no answer to \(queue.octets) octets"
        return SinkError(code: .unreachable, destination: name, detail: detail)
    }
}
