import SystemPackage
import TapLinux

/// The right of one observer to deliver from a store: two would tell everything twice.
final class StoreClaim: Sendable {
    private let descriptor: FileDescriptor

    /// Claims the store at `path`, by a lock on a file beside it that ends with this process.
    init(path: String) throws(Failure) {
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path + ".lock"),
                .readWrite,
                options: [.create, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
        } catch {
            throw .failed("\(path).lock cannot be opened: \(error)")
        }
        let isMine: Bool
        do {
            isMine = try FileLock.acquire(descriptor)
        } catch {
            throw .failed("\(path).lock cannot be locked: \(error)")
        }
        guard isMine else {
            throw .failed(
                "another observer uses the store \(path); end it, or name another file with --store"
            )
        }
    }

    deinit { try? descriptor.close() }
}
