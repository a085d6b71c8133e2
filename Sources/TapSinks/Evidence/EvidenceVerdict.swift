import TapWire

/// Whether a file of evidence is what it was when it was made whole.
public struct EvidenceVerdict: Hashable, Sendable {
    /// What was found.
    public enum Finding: Hashable, Sendable {
        /// The file is what the record says.
        case unchanged(Signature)
        /// There is no such file.
        case missing
        /// There is no record beside the file, or it is none.
        case noRecord(reason: String)
        /// The record is that of another file.
        case exchanged(with: String)
        /// The file has other octets than the record says.
        case changed(reason: String)
        /// The signature is missing or not that of the key.
        case notSigned(reason: String)
    }

    /// What is known of who made the record.
    public enum Signature: Hashable, Sendable {
        /// The record has the signature of the key that was given, by its short name.
        case valid(key: String)
        /// There is a signature and no key was given to check it with.
        case unchecked
        /// There is no signature.
        case none
    }

    /// The path of the file.
    public var path: String
    /// What was found.
    public var finding: Finding
    /// The record beside it, if it can be read.
    public var record: EvidenceRecord?

    /// True if nothing speaks against the file.
    public var isGood: Bool {
        if case .unchanged = finding { true } else { false }
    }

    /// The finding in plain words, and how far it can be trusted.
    public var words: String { "\(path): \(sentence)" }

    private var sentence: String {
        switch finding {
        case .unchanged(let signature):
            "unchanged since \(record?.sealed.rfc3339 ?? "its record was made"). "
                + words(signature)
        case .missing: "MISSING: there is no such file, or it cannot be read."
        case .noRecord(let reason):
            "NO RECORD: \(reason), so nothing can be said about the file."
        case .exchanged(let other):
            "EXCHANGED: the record beside it is that of \(other)."
        case .changed(let reason): "CHANGED since its record was made: \(reason)."
        case .notSigned(let reason): "NOT SIGNED by that key: \(reason)."
        }
    }

    private func words(_ signature: Signature) -> String {
        switch signature {
        case .valid(let key): "The record is signed by the key \(key)."
        case .unchecked:
            "The record is signed, but no --public-key was given to check that: whoever may write to the folder could "
                + "have replaced file, record and signature."
        case .none:
            "The record is not signed: whoever may write to the folder could have replaced file and record."
        }
    }
}
