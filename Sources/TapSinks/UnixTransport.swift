import Foundation
import NIOCore
import NIOPosix
import TapStore

/// One datagram a message on a socket of this host; a stream where the daemon wants one.
actor UnixTransport: SyslogTransport {
    private let path: String
    private let name: String
    private let group: any EventLoopGroup
    private let limits: SyslogTimeLimits
    private var link: SyslogLink?
    private var isStream = false

    init(path: String, name: String, group: any EventLoopGroup, limits: SyslogTimeLimits) {
        self.path = path
        self.name = name
        self.group = group
        self.limits = limits
    }

    func deliver(_ batch: [OutboxItem]) async throws(SinkError) {
        var sent = 0
        do {
            let link = try await connected()
            for item in batch {
                // On a stream a NUL ends the message, as the C library's syslog(3) does it.
                let payload = isStream ? item.payload + Data([0]) : item.payload
                try await link.send(payload, within: limits.write)
                sent += 1
            }
        } catch {
            await close()
            throw SinkError(error, destination: name, deliveredCount: isStream ? 0 : sent)
        }
    }

    func close() async {
        link?.close()
        link = nil
    }

    private func connected() async throws -> SyslogLink {
        if let link, link.failure == nil { return link }
        await close()
        let watch = LinkWatch()
        let link = SyslogLink(channel: try await connect(watch), watch: watch)
        self.link = link
        return link
    }

    /// Tries a datagram socket first: that is what `/dev/log` is nearly everywhere.
    private func connect(_ watch: LinkWatch) async throws -> any Channel {
        do {
            isStream = false
            return try await DatagramBootstrap(group: group)
                .channelInitializer { $0.pipeline.addHandler(watch) }
                .connect(unixDomainSocketPath: path)
                .value(within: limits.connect) { $0.close(promise: nil) }
        } catch let error as IOError where error.errnoCode == POSIXErrorCode.EPROTOTYPE.rawValue {
            isStream = true
            return try await ClientBootstrap(group: group)
                .channelInitializer { $0.pipeline.addHandler(watch) }
                .connect(unixDomainSocketPath: path)
                .value(within: limits.connect) { $0.close(promise: nil) }
        }
    }
}
