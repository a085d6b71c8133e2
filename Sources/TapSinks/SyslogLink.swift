import Foundation
import NIOCore
import Synchronization

/// A connected socket, and what is known of its other end.
final class SyslogLink: Sendable {
    let channel: any Channel
    private let watch: LinkWatch

    init(channel: any Channel, watch: LinkWatch) {
        self.channel = channel
        self.watch = watch
    }

    /// Why what was sent last may not have arrived; nil while all is well.
    var failure: String? { watch.failure ?? (channel.isActive ? nil : "the connection was closed") }

    /// Hands `payload` to the kernel, or closes the link and fails after `limit`.
    func send(_ payload: Data, within limit: Duration) async throws {
        let write: EventLoopFuture<Void> = channel.writeAndFlush(ByteBuffer(bytes: payload))
        do {
            try await write.value(within: limit)
        } catch {
            // It may have gone out a moment too late: once the link is closed there is no more doubt.
            close()
            guard (try? await write.get()) == nil else { return }
            throw error
        }
    }

    /// Ends the connection and forgets what the kernel has not taken.
    func close() { channel.close(promise: nil) }
}

/// Notes that the other end closed or that the kernel reported an error; throws away what it says.
final class LinkWatch: ChannelInboundHandler, Sendable {
    typealias InboundIn = NIOAny
    private let state = Mutex<String?>(nil)

    /// The first thing that went wrong.
    var failure: String? { state.withLock { $0 } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func channelInactive(context: ChannelHandlerContext) {
        note("the other end closed the connection")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        note(NetworkFailure(error).description)
    }

    private func note(_ failure: String) {
        state.withLock { state in if state == nil { state = failure } }
    }
}
