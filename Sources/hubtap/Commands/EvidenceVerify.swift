import ArgumentParser
import Foundation
import TapConfig
import TapSinks

/// `hubtap evidence verify`: says whether captures were changed since they were made.
struct EvidenceVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say whether files of evidence were changed since they were made.",
        discussion: """
            Examples:
              hubtap evidence verify /var/lib/hubtap/evidence/20261123T120000Z-000001.pcapng
              hubtap evidence verify --public-key evidence.pem.pub *.pcapng
            Compares each file with the record beside it (FILE.sha256, which `sha256sum -c` reads, too), and with a public \
            key also the signature of that record (FILE.sha256.sig). Without a signature the record shows damage, but no \
            forgery by someone who may write to the folder. Default for the key: the public part of alerts.evidence.key. \
            Exit codes: 0 all unchanged; 1 one is changed, missing, exchanged, without a record or not signed by the \
            key; 2 wrong usage.
            """
    )

    @Option(
        name: .customLong("public-key"),
        help: ArgumentHelp(
            "The public key that records must be signed with (PEM, Ed25519).",
            valueName: "file"
        ),
        completion: .file()
    )
    var publicKey: String?

    @OptionGroup var configuration: ConfigurationOptions

    @Argument(
        help: "The files; a bare name is looked for in the folder of evidence, too.",
        completion: .file(extensions: ["pcapng"])
    )
    var files: [String]

    func run() async throws {
        let settings = try configuration.load().evidenceSettings
        let key = try key(settings)
        var isGood = true
        for file in files {
            let verdict = EvidenceFolder.verify(place(of: file, settings), by: key)
            print(verdict.words)
            isGood = isGood && verdict.isGood
        }
        guard isGood else { throw ExitCode(1) }
    }

    /// The key that was named, else the public part of the one that is configured, if that can be read.
    private func key(_ settings: EvidenceConfiguration?) throws(Failure) -> EvidencePublicKey? {
        if let publicKey {
            return try Failure.rethrow(as: 2) { try EvidencePublicKey(contentsOf: publicKey) }
        }
        guard let path = settings?.key else { return nil }
        if let key = try? EvidencePublicKey(contentsOf: path + ".pub") { return key }
        return (try? EvidenceKey(contentsOf: path))?.publicKey
    }

    private func place(of file: String, _ settings: EvidenceConfiguration?) -> String {
        guard !file.contains("/"), !FileManager.default.fileExists(atPath: file),
            let directory = settings?.directory
        else { return file }
        let name = file.hasSuffix(EvidenceName.ending) ? file : file + EvidenceName.ending
        return directory + "/" + name
    }
}
