import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TapSinks

/// A syslog collector on this host, which can be down, up, or up and not reading.
///
/// On `/dev/log`'s kind of socket it is a program of its own: NIO cannot read datagrams of senders without a name.
final class Collector: Sendable {
    private let state = Mutex(State())

    private struct State {
        var messages: [String] = []
        var isMalformed = false
        var listener: (any Channel)?
        var connections: [any Channel] = []
        var isReading = true
        var daemon: Process?
    }

    deinit { Self.end(state.withLock { $0.daemon }) }

    /// What arrived, in order.
    var messages: [String] { state.withLock { $0.messages } }
    /// What arrived, each once, in the order it came first.
    var distinct: [String] {
        var seen: Set<String> = []
        return messages.filter { seen.insert($0).inserted }
    }
    /// True if anything that arrived was not framed as it should be.
    var isMalformed: Bool { state.withLock { $0.isMalformed } }

    fileprivate func add(_ message: String) { state.withLock { $0.messages.append(message) } }
    fileprivate func reject() { state.withLock { $0.isMalformed = true } }

    /// Starts to listen where `destination` says; returns where it really listens.
    func start(_ destination: SyslogDestination, isReading: Bool = true) async throws
        -> SyslogDestination
    {
        state.withLock { $0.isReading = isReading }
        switch destination {
        case .udp(let host, let port):
            let channel = try await bind(port) {
                try await datagrams(isReading).bind(host: host, port: $0).get()
            }
            state.withLock { $0.listener = channel }
            return .udp(host: host, port: UInt16(channel.localAddress?.port ?? 0))
        case .unix(let path):
            try await startDaemon(at: path, isReading: isReading)
            return destination
        case .tcp(let host, let port):
            let channel = try await bind(port) {
                try await streams { Unframer.counted }.bind(host: host, port: $0).get()
            }
            state.withLock { $0.listener = channel }
            return .tcp(host: host, port: UInt16(channel.localAddress?.port ?? 0))
        }
    }

    /// Binds to `port`, or to one that is free if it is 0.
    ///
    /// Not to one of those that the kernel gives to who connects: a collector that is down for a while would not get it
    /// back. Nor does it at once where another test is just starting a program, which holds a copy of the socket that was
    /// closed until it is one.
    private func bind(
        _ port: UInt16,
        _ bind: (Int) async throws -> any Channel
    ) async throws -> any Channel {
        for _ in 0..<100 {
            let wanted = port == 0 ? Int.random(in: 20_000..<32_000) : Int(port)
            if let channel = try? await bind(wanted) { return channel }
            if port != 0 { try await Task.sleep(for: .milliseconds(20)) }
        }
        throw NeverHappened()
    }

    /// Starts to listen on a stream socket at `path`.
    func startStream(at path: String) async throws {
        let channel = try await streams { Unframer.nulEnded }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        state.withLock { $0.listener = channel }
    }

    /// Starts a program that listens on a datagram socket at `path`, reads when told to and says what it got.
    private func startDaemon(at path: String, isReading: Bool) async throws {
        let script = """
            import os, select, socket, sys
            path = sys.argv[1]
            if os.path.exists(path): os.unlink(path)
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            listener.bind(path)
            print("ready", flush=True)
            if not os.read(0, 1): sys.exit()
            while 0 not in select.select([0, listener], [], [])[0]:
                print(listener.recv(8192).decode(), flush=True)
            """
        let daemon = Process()
        daemon.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        daemon.arguments = ["python3", "-c", script, path]
        let (input, output) = (Pipe(), Pipe())
        (daemon.standardInput, daemon.standardOutput) = (input, output)
        daemon.standardError = FileHandle.nullDevice
        try daemon.run()
        let lines = Mutex(LineSplitter())
        let isReady = Mutex(false)
        output.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let piece = handle.availableData
            guard !piece.isEmpty else { return handle.readabilityHandler = nil }
            for line in lines.withLock({ $0.add(piece) }) {
                guard isReady.withLock({ $0 }) else {
                    isReady.withLock { $0 = true }
                    continue
                }
                self?.add(line)
            }
        }
        try await until { isReady.withLock { $0 } }
        state.withLock { $0.daemon = daemon }
        if isReading { try readDaemon() }
    }

    /// Closes the standard input of `daemon`, which ends it.
    ///
    /// Not by a signal: a child takes over what the thread that starts it blocks.
    private static func end(_ daemon: Process?) {
        try? (daemon?.standardInput as? Pipe)?.fileHandleForWriting.close()
    }

    private func readDaemon() throws {
        let input = state.withLock { $0.daemon?.standardInput as? Pipe }
        try input?.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
    }

    /// Begins to read what has been waiting.
    func read() async throws {
        try readDaemon()
        let channels = state.withLock { state in
            state.isReading = true
            return state.connections + [state.listener].compactMap { $0 }
        }
        for channel in channels { try await channel.setOption(.autoRead, value: true).get() }
    }

    /// Goes down with all its connections.
    func stop() async {
        let daemon = state.withLock { state in
            defer { state.daemon = nil }
            return state.daemon
        }
        Self.end(daemon)
        try? await until { daemon?.isRunning != true }
        let channels = state.withLock { state in
            defer {
                state.connections = []
                state.listener = nil
            }
            return [state.listener].compactMap { $0 } + state.connections
        }
        for channel in channels { try? await channel.close().get() }
    }

    private func datagrams(_ isReading: Bool) -> DatagramBootstrap {
        DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.autoRead, value: isReading)
            .channelInitializer { [self] channel in
                channel.pipeline.addHandler(DatagramReceiver(collector: self))
            }
    }

    private func streams(_ unframer: @escaping @Sendable () -> Unframer) -> ServerBootstrap {
        ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                let isReading = state.withLock { state in
                    state.connections.append(channel)
                    return state.isReading
                }
                return channel.setOption(.autoRead, value: isReading).flatMap {
                    channel.pipeline.addHandler(
                        StreamReceiver(collector: self, unframer: unframer())
                    )
                }
            }
    }
}

/// Cuts text into lines.
private struct LineSplitter {
    private var rest = Data()

    /// The lines that are whole with `piece`.
    mutating func add(_ piece: Data) -> [String] {
        rest += piece
        var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = Data(lines.removeLast())
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }
}

private final class DatagramReceiver: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let collector: Collector

    init(collector: Collector) { self.collector = collector }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        collector.add(String(buffer: unwrapInboundIn(data).data))
    }
}

/// Cuts a stream into messages.
private enum Unframer {
    case counted
    case nulEnded

    /// Takes the next message off the front of `buffer`; nil if it is not there yet.
    func next(_ buffer: inout ByteBuffer) throws -> String? {
        switch self {
        case .counted:
            guard let space = buffer.readableBytesView.firstIndex(of: 0x20) else { return nil }
            let digits = String(decoding: buffer.readableBytesView[..<space], as: UTF8.self)
            guard let count = Int(digits), count > 0, !digits.hasPrefix("0") else {
                throw NeverHappened()
            }
            guard buffer.readableBytes > digits.utf8.count + count else { return nil }
            buffer.moveReaderIndex(forwardBy: digits.utf8.count + 1)
            return buffer.readString(length: count)
        case .nulEnded:
            guard let end = buffer.readableBytesView.firstIndex(of: 0) else { return nil }
            defer { buffer.moveReaderIndex(forwardBy: 1) }
            return buffer.readString(length: end - buffer.readerIndex)
        }
    }
}

private final class StreamReceiver: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let collector: Collector
    private let unframer: Unframer
    private let buffer = Mutex(ByteBuffer())

    init(collector: Collector, unframer: Unframer) {
        self.collector = collector
        self.unframer = unframer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        buffer.withLock { buffer in
            buffer.writeBuffer(&piece)
            do {
                while let message = try unframer.next(&buffer) { collector.add(message) }
            } catch {
                collector.reject()
            }
            buffer.discardReadBytes()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
