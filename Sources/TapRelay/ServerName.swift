/// The name that a mail server gives, and what it tells: handed on by reference, as every event names its server.
final class ServerName: Sendable {
    /// The name.
    let domain: MailDomain
    /// The mail domain that goes by it; nil if the name does not tell.
    let domainGuess: MailDomain?

    /// A name as a server gives it.
    init(_ domain: MailDomain) {
        self.domain = domain
        domainGuess = domain.mailDomainGuess
    }
}
