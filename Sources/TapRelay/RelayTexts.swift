/// The catalogue: every word an alert of the relay rules is made of.
///
/// Another language is another value of this type. The gaps are filled with text from the wire that was made safe before. Commands in advice hold nothing from the
/// wire but addresses and queue ids, which are checked to be harmless in a shell.
package struct RelayTexts: Sendable {
    // One line each: what happened to whom.
    var relayed: TextTemplate
    var relayedFromNobody: TextTemplate
    var relayedInRhythm: TextTemplate
    var perhapsRelayed: TextTemplate
    var refused: TextTemplate
    var refusedOften: TextTemplate

    // Why the rule fired.
    var whyRelayed: TextTemplate
    var whyPerhapsRelayed: TextTemplate
    var whyRefused: TextTemplate
    var oftenRefused: TextTemplate
    var rhythm: TextTemplate
    /// How long something takes, a unit each: of one and of more.
    var durations: [DurationUnit: (one: TextTemplate, more: TextTemplate)]
    var namedHelo: TextTemplate
    var unnamedHelo: TextTemplate
    var noLogin: TextTemplate
    var failedLogin: TextTemplate
    var nobody: TextTemplate
    var unknownSender: TextTemplate
    var oneOctet: TextTemplate
    var octets: TextTemplate
    var unknownSize: TextTemplate
    var recipient: TextTemplate
    var recipientSeparator: TextTemplate
    var moreRecipients: TextTemplate
    var ownTest: TextTemplate
    var heldBack: TextTemplate

    // What lowers the confidence.
    var doubtBesideServers: TextTemplate
    var doubtAddresses: TextTemplate
    var doubtServerName: TextTemplate
    var doubtLearned: TextTemplate
    var doubtUnclear: TextTemplate
    var doubtDomains: TextTemplate
    var doubtIncomplete: TextTemplate

    // What to do next.
    var hold: [MailServerFamily: TextTemplate]
    var fix: [MailServerFamily: TextTemplate]
    var check: TextTemplate
    var refute: TextTemplate
    var refuteUnclear: TextTemplate
    var adviceRefused: TextTemplate
    var adviceRefusedOften: TextTemplate
    var adviceOwnTest: TextTemplate

    /// The catalogue of `language`.
    package static func texts(in language: RelayLanguage) -> RelayTexts {
        switch language {
        case .english: english
        }
    }
}

extension RelayTexts {
    /// English.
    static let english = RelayTexts(
        relayed: "Open relay: {server} accepted mail from a stranger for a stranger",
        relayedFromNobody: "Open relay: {server} accepted mail from nobody for a stranger",
        relayedInRhythm: "Open relay: {server} relays a stranger's mail every {period}",
        perhapsRelayed:
            "Perhaps an open relay: {server} accepted mail for a domain that is not in its name",
        refused: "Relay refused: {server} turned away a stranger's mail for a stranger",
        refusedOften: "Relay tried again and again: {server} turned away {client} {count} times",
        whyRelayed: """
            {client} ({helo}) came from outside, {login}, and sent {octets} from {sender} to strangers: \
            {recipients}. The server took the message: "{final}".
            """,
        whyPerhapsRelayed: """
            {client} ({helo}) {login}, and sent {octets} from {sender} to domains that are not in the server's name: \
            {recipients}. The server took the message: "{final}".
            """,
        whyRefused: """
            {client} ({helo}) came from outside, {login}, and wanted to send mail from {sender} to strangers: \
            {recipients}. Nothing was relayed.
            """,
        oftenRefused: " It is at least attempt number {count} of this client in a short time.",
        rhythm: """
             Such mail comes every {period}, give or take {deviation}, {count} times since {since}: a machine sends it.
            """,
        durations: [
            .seconds: ("1 second", "{count} seconds"), .minutes: ("1 minute", "{count} minutes"),
            .hours: ("1 hour", "{count} hours"), .days: ("1 day", "{count} days"),
        ],
        namedHelo: "calls itself {helo}",
        unnamedHelo: "gave no name",
        noLogin: "did not log in",
        failedLogin: "failed to log in",
        nobody: "nobody (<>)",
        unknownSender: "a sender that was not seen",
        oneOctet: "1 octet",
        octets: "{octets} octets",
        unknownSize: "a message of unknown size",
        recipient: "{address} (\"{reply}\")",
        recipientSeparator: ", ",
        moreRecipients: " and {count} more",
        ownTest:
            " It carries the marks of hubtap's own relay test; if you did not run one, somebody copied them.",
        heldBack: " {held} alerts like it were held back since the last one.",
        doubtBesideServers:
            " That the server is yours is concluded: it answers where your configured servers do.",
        doubtAddresses:
            " Which side is yours is concluded from the addresses: the server has one of yours.",
        doubtServerName: " Which side is yours is concluded from the server's name, {server}.",
        doubtLearned: """
             Which side is yours is not configured and was learned from the traffic; \
            set mail.inside or mail.servers to be sure.
            """,
        doubtUnclear: """
             Which side is yours cannot be told from this traffic: if {serverAddress} is not your server, this is \
            most likely ordinary mail. Set mail.inside or mail.servers to be sure.
            """,
        doubtDomains: """
             Your domains are not configured; {domain} was guessed from the server's name. \
            Set mail.domains to be sure; until then each other domain is told once a day.
            """,
        doubtIncomplete: " Part of the session was not seen.",
        hold: [
            .postfix: "Stop this message on the server: postsuper -h {queue}. ",
            .exim: "Stop this message on the server: exim -Mf {queue}. ",
            .sendmail: "Stop this message on the server: sendmail -Qrelay -qI{queue}. ",
            .openSMTPD: "Stop this message on the server: smtpctl pause envelope {queue}. ",
            .exchange: "Stop what waits on the server: Get-Queue, then Suspend-Message. ",
            .unknown: "Stop the message in the server's queue (id {queue}). ",
        ],
        fix: [
            .postfix: """
            Look at: postconf smtpd_relay_restrictions mynetworks relay_domains mydestination. \
            smtpd_relay_restrictions should be "permit_mynetworks, permit_sasl_authenticated, \
            defer_unauth_destination", and mynetworks must name your own machines only: never 0.0.0.0/0, and not \
            the gateway's address if strangers come through it. Then: postfix reload.
            """,
            .exim: """
            Look at the lists relay_from_hosts and relay_to_domains in Exim's configuration (Debian: \
            dc_relay_nets and dc_relay_domains in /etc/exim4/update-exim4.conf.conf) and at the RCPT ACL, which \
            must end in "require message = relay not permitted, domains = +local_domains : +relay_to_domains". \
            exim -bh {client} plays a session from this client without sending anything.
            """,
            .sendmail: """
            Look in sendmail.mc for FEATURE(promiscuous_relay), FEATURE(relay_entire_domain) and \
            FEATURE(relay_based_on_MX) and take out what you do not need; check /etc/mail/access and \
            /etc/mail/relay-domains for entries that are too wide. Rebuild sendmail.cf and restart.
            """,
            .openSMTPD: """
            Look in /etc/mail/smtpd.conf for "match from any for any action": relaying for everybody needs \
            "match from any auth for any action". Check with smtpd -n, then restart smtpd.
            """,
            .exchange: """
            Look for the right to relay of anonymous clients: Get-ReceiveConnector | Get-ADPermission -User \
            "NT AUTHORITY\\ANONYMOUS LOGON" | Where-Object ExtendedRights -like "*Any-Recipient*", and narrow \
            RemoteIPRanges of that connector or take the right away with Remove-ADPermission.
            """,
            .unknown: """
            Let the server relay only for clients that have logged in and for your own addresses, and refuse \
            every other recipient that is not in your own domains.
            """,
        ],
        check: " Then ask the server again: hubtap relaytest {serverAddress}.",
        refute: """
             If a recipient's domain is yours after all, add it to mail.domains; if {client} may relay without a \
            login, add it to mail.networks.
            """,
        refuteUnclear:
            " Tell hubtap which side is yours with mail.inside or mail.servers, and look again.",
        adviceRefused:
            "Nothing needs doing: the server refused. If {client} is one of yours, it should log in first.",
        adviceRefusedOften: """
            The server holds. If {client} goes on, refuse it at the firewall; \
            if it is one of yours, it should log in first.
            """,
        adviceOwnTest: "Nothing needs doing if you ran hubtap relaytest."
    )
}
