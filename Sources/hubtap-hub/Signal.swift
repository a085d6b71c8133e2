import Glibc

/// The signals that mean something to a hub.
enum Signal {
    static let terminate = SIGTERM
    static let interrupt = SIGINT
    static let hangUp = SIGHUP
    static let brokenPipe = SIGPIPE
}
