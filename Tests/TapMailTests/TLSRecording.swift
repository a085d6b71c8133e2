import Foundation
import TapFlow
import TapMail
import TapTesting
import Testing

/// A recorded TLS connection, see `Fixtures/README.md`.
struct TLSRecording {
    /// What was said, in order.
    var pieces: [(side: TLSSide, octets: [UInt8])] = []

    init(_ name: String) throws {
        let file = try #require(
            Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Fixtures")
        )
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let digits = Array(line.dropFirst(3).utf8)
            let octets = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
            }
            pieces.append((line.hasPrefix("C") ? .client : .server, octets))
        }
    }

    /// The recording behind STARTTLS in a mail dialogue.
    var mail: Dialogue {
        var dialogue = Dialogue(script: MailScripts.startTLS)
        for piece in pieces { dialogue.say(piece.octets, from: piece.side == .client ? .a : .b) }
        return dialogue
    }

    /// Everything fed to `connection`, in pieces.
    func feed(_ fed: inout FedConnection, pieces size: Int = .max) {
        for piece in pieces { fed.take(piece.octets, from: piece.side, pieces: size) }
    }
}
