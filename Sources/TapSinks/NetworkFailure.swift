import NIOCore
import NIOPosix
import SystemPackage

/// Why the network did not do what it should, in the system's words.
struct NetworkFailure: CustomStringConvertible {
    let description: String

    /// Takes out of `error` what an admin can use.
    init(_ error: any Error) {
        description =
            switch error {
            case let error as IOError: Errno(rawValue: error.errnoCode).description
            case let error as NIOConnectionError: Self.words(for: error)
            case let error as SocketAddressError.UnknownHost:
                "no address is known for \(error.host): \(error.errorDescription)"
            case ChannelError.connectTimeout: "no answer"
            case ChannelError.ioOnClosedChannel: "the connection was closed"
            default: "\(error)"
            }
    }

    /// What came of each address that was tried, said once.
    private static func words(for error: NIOConnectionError) -> String {
        var words: [String] = []
        for failure in error.connectionErrors {
            let word = NetworkFailure(failure.error).description
            if !words.contains(word) { words.append(word) }
        }
        guard words.isEmpty else { return words.joined(separator: ", ") }
        let cause = error.dnsAError ?? error.dnsAAAAError
        return cause.map { NetworkFailure($0).description } ?? "no answer"
    }
}
