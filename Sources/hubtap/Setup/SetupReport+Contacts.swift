import TapConfig
import TapPlane
import TapRelay

extension SetupReport {
    /// How many bad lines of the contacts are named singly.
    private static let namedLines = 20

    /// Adds the lines of the contacts that cannot be read; nothing if no contacts are configured.
    mutating func add(contactsOf settings: HubtapConfiguration) {
        guard let path = settings.mail.contactsPath else { return }
        let mistakes = settings.mail.contactMistakes
        var findings = mistakes.prefix(Self.namedLines).map { mistake in
            SetupFinding(
                .warning,
                "contact-unreadable",
                "\(path):\(mistake.line)",
                "'\(mistake.text)' is no address and no domain; the line is left out",
                fix: "write an address, a domain or @domain a line, comments behind #"
            )
        }
        if mistakes.count > Self.namedLines {
            findings.append(
                SetupFinding(
                    .warning,
                    "contact-unreadable",
                    path,
                    "\(mistakes.count - Self.namedLines) more lines cannot be read",
                    fix: "write an address, a domain or @domain a line, comments behind #"
                )
            )
        }
        let count = settings.mail.contacts.count
        add(findings, of: "contacts", else: "\(count == 1 ? "1 contact" : "\(count) contacts")")
    }
}
