import NIOCore
import NIOPosix
import TapStore

/// One datagram a message (RFC 5426), on a connected socket.
///
/// UDP confirms nothing, but the network says when nobody listens: after a batch the sink waits a moment for that word,
/// and takes the whole batch back if it comes.
actor UDPTransport: SyslogTransport {
    private let host: String
    private let port: UInt16
    private let name: String
    private let group: any EventLoopGroup
    private let limits: SyslogTimeLimits
    private var link: SyslogLink?

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
            for item in batch { try await link.send(item.payload, within: limits.write) }
            try await Task.sleep(for: limits.settle)
            guard let failure = link.failure else { return }
            throw SinkError(code: .unreachable, destination: name, detail: failure)
        } catch {
            await close()
            throw error as? SinkError ?? SinkError(error, destination: name)
        }
    }

    func close() async {
        link?.close()
        link = nil
    }

    private func connected() async throws -> SyslogLink {
        if let link, link.failure == nil { return link }
        await close()
        let (host, port) = (host, Int(port))
        let loop = group.next()
        let address = try await NIOThreadPool.singleton
            .runIfActive(eventLoop: loop) {
                try SocketAddress.makeAddressResolvingHost(host, port: port)
            }
            .value(within: limits.connect)
        let watch = LinkWatch()
        let channel = try await DatagramBootstrap(group: loop)
            .channelInitializer { $0.pipeline.addHandler(watch) }
            .connect(to: address)
            .value(within: limits.connect) { $0.close(promise: nil) }
        let link = SyslogLink(channel: channel, watch: watch)
        self.link = link
        return link
    }
}
