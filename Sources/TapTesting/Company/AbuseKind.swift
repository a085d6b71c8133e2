/// The ways in which the servers of a simulated company are abused.
public enum AbuseKind: String, Sendable, Hashable, CaseIterable {
    /// Nobody's mail to a stranger every ten minutes, give or take a fifth.
    case story
    /// 2,000 mails an hour through an open relay.
    case burst
    /// Three mails a day through an open relay.
    case slow
    /// A relay that only odd forms of addresses open: percent, bang, quotes, a route.
    case form
    /// The server takes the gateway for the client: its Received fields name the gateway.
    case natBlinded
    /// Relay from addresses that also send honest mail.
    case mixed
    /// Relay inside TLS, where only lengths are seen.
    case underTLS
    /// One account used from hundreds of addresses in dozens of countries.
    case stolenWorldwide
    /// One account used from other addresses of its own country.
    case stolenNearby
    /// Many refused logins, then one that succeeds, then mail.
    case bruteForce
    /// Many recipients tried out, most of them refused.
    case harvest
    /// A host inside that is no mail server sends mail.
    case bot
    /// A host of web pages inside sends mail.
    case script
    /// A second envelope hidden behind an odd end of the data.
    case smuggling
    /// Commands in clear text behind STARTTLS.
    case injection
    /// A relay hunter mails himself the server's address.
    case hunter
}
