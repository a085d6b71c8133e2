import ArgumentParser
import TapSinks

/// `hubtap evidence key`: a key that evidence is signed with.
struct EvidenceMakeKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make a key that evidence is signed with.",
        discussion: """
            Examples:
              sudo hubtap evidence key /etc/hubtap/evidence.pem
            Writes the private key to FILE, which only its owner may read, and the public key to FILE.pub, and prints the \
            public key. Name FILE as alerts.evidence.key in the configuration, and keep the public key where \
            nobody who can reach this machine can change it: `hubtap evidence verify --public-key` wants it. \
            A file that is there already is never overwritten.
            """
    )

    @Argument(help: "The file of the private key.", completion: .file())
    var file: String

    func run() async throws {
        let key = EvidenceKey()
        let publicPath = try Failure.rethrow(as: 1) { try key.write(to: file) }
        print(key.publicKey.text, terminator: "")
        Terminal.say(
            "hubtap: \(file) is the private key, \(publicPath) the public one; its name is \(key.publicKey.name)"
        )
    }
}
