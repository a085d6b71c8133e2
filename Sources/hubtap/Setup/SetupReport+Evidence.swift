import Foundation
import TapConfig
import TapPlane
import TapSinks
import TapWire

extension SetupReport {
    /// Adds what would keep the frames of alerts from being kept or signed, or that nothing does; nothing if none are
    /// to be kept.
    ///
    /// These are warnings: a hub starts, and alerts go out, without evidence, too.
    mutating func add(evidenceOf settings: HubtapConfiguration) {
        guard let evidence = settings.evidenceSettings else { return }
        let outlook = EvidenceOutlook(of: evidence)
        // The folder of the store is made with the store.
        let made = URL(fileURLWithPath: settings.storePath).deletingLastPathComponent().path
        let found = [
            SetupFinding(outlook.folder, of: evidence, besideStoreIn: made),
            outlook.keyError.map { SetupFinding($0, of: evidence.key ?? "") },
        ]
        let signed = evidence.key == nil ? "not signed" : "signed"
        add(
            found.compactMap(\.self),
            of: "evidence",
            else: "\(evidence.directory), \(ByteSize(octets: evidence.keep)) at most, \(signed)"
        )
    }
}

extension SetupFinding {
    /// What stands in the way of the folder of evidence; nil if nothing does.
    fileprivate init?(
        _ folder: EvidenceOutlook.Folder,
        of evidence: EvidenceConfiguration,
        besideStoreIn storeFolder: String
    ) {
        let path = evidence.directory
        let subject = "evidence \(path)"
        let other = "or name another folder as alerts.evidence.directory"
        switch folder {
        case .ready:
            return nil
        case .missing(let nearest):
            let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
            guard nearest != parent, parent != storeFolder else { return nil }
            self.init(
                .note,
                "evidence-parent-missing",
                subject,
                "\(parent) is not there; hubtap would make it in \(nearest)",
                fix: "mount the disk that it should be on, if there is one; else nothing"
            )
        case .blocked(let place):
            self.init(
                .warning,
                "evidence-not-a-folder",
                subject,
                "\(place) is no folder: no evidence would be kept",
                fix: "move that file away, \(other)"
            )
        case .notWritable(let place):
            self.init(
                .warning,
                "evidence-not-writable",
                subject,
                "this user may not write in \(place): no evidence would be kept",
                fix: "give the user that hubtap runs as the right to, \(other)"
            )
        }
    }

    /// Why the key at `path` does not sign evidence.
    fileprivate init(_ error: EvidenceError, of path: String) {
        let subject = "alerts.evidence.key \(path)"
        let unsigned = "evidence would not be signed"
        switch error.code {
        case .exposed:
            self.init(
                .warning,
                "evidence-key-exposed",
                subject,
                "everybody may read this private key: \(unsigned)",
                fix: "let only its owner read it; if somebody has read it, make a new one",
                command: "chmod 600 '\(path)'"
            )
        case .unreadable:
            self.init(
                .warning,
                "evidence-key-unreadable",
                subject,
                "is not there or cannot be read: \(unsigned)",
                fix:
                    "make one with `hubtap evidence key FILE`, or let the user that hubtap runs as read it"
            )
        case .malformed, .noRoom, .notWritable, .noFrames:
            self.init(
                .warning,
                "evidence-key-malformed",
                subject,
                "is no Ed25519 key in PEM: \(unsigned)",
                fix: "make one with `hubtap evidence key FILE`, and name it"
            )
        }
    }
}
