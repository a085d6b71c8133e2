/// What all sessions of an observer have in common: each refers to the one there is.
final class SMTPSetup: Sendable {
    /// What the observer looks at and what it holds.
    let configuration: SMTPObserver.Configuration
    /// Reads certificates and makes digests for fingerprints.
    let tls: (any TLSLibrary)?

    init(configuration: SMTPObserver.Configuration, tls: (any TLSLibrary)?) {
        self.configuration = configuration
        self.tls = tls
    }
}
