import NIOPosix
import Synchronization
public import TapStore

/// Appends EVE events to a file or to the standard output, whole lines only.
///
/// It writes from a thread of its own: a disk or a pipe that blocks holds back nobody else.
public final class EVEFileSink: Sink {
    /// `eve:` and the path.
    public let name: String
    /// A few hundred events at a time.
    public let limit = OutboxLimit(items: 512, octets: 1 << 20)
    private let output: Mutex<EVEOutput>
    private let thread = NIOThreadPool(numberOfThreads: 1)

    /// Creates a sink; nothing is opened before there is something to write.
    public init(_ destination: EVEDestination) {
        name = "eve:\(destination)"
        switch destination {
        case .file(let path): output = Mutex(.file(EVEFile(path: path)))
        case .standardOutput: output = Mutex(.standardOutput)
        }
        thread.start()
    }

    /// Appends a line for each item of `batch`.
    public func deliver(_ batch: [OutboxItem]) async throws(SinkError) {
        let lines = batch.map(\.payload)
        let result: Result<Void, EVEFileError>
        do {
            result = try await thread.runIfActive {
                self.output.withLock { output in output.append(lines) }
            }
        } catch {
            throw SinkError(code: .cancelled, destination: name, detail: "\(error)")
        }
        guard case .failure(let error) = result else { return }
        throw SinkError(
            code: error.isOutOfSpace ? .noSpace : .notWritable,
            destination: name,
            detail: error.detail,
            deliveredCount: error.writtenLines
        )
    }

    /// Closes the file.
    public func close() async {
        // Fails only if it was shut down before, and then there is nothing left to do.
        try? await thread.shutdownGracefully()
    }
}
