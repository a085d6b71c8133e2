import ArgumentParser

/// `hubtap evidence`: the files that keep the frames of alerts.
struct Evidence: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "The files that keep the frames of alerts: list them, check them, make a key.",
        discussion: """
            Examples:
              hubtap evidence list
              hubtap evidence verify /var/lib/hubtap/evidence/20261123T120000Z-000001.pcapng
              sudo hubtap evidence key /etc/hubtap/evidence.pem
            `hubtap dump --alert ID -w FILE` gives the frames of one alert.
            """,
        subcommands: [EvidenceList.self, EvidenceVerify.self, EvidenceMakeKey.self]
    )
}
