import Crypto
import Foundation

extension EvidenceFolder {
    /// The most octets of a record or signature.
    private static let recordLimit = 1 << 20

    /// Says whether the file at `path` is what it was when it was made whole, by the record beside it.
    ///
    /// With a key, the record must have its signature. First the signature is checked, then the names, then the octets.
    public static func verify(_ path: String, by key: EvidencePublicKey?) -> EvidenceVerdict {
        var verdict = EvidenceVerdict(path: path, finding: .missing, record: nil)
        guard let file = FileHandle(forReadingAtPath: path), isRegular(path) else {
            return verdict
        }
        defer { try? file.close() }
        guard let octets = small(path + EvidenceName.record) else {
            verdict.finding = .noRecord(
                reason: "there is no readable \(path)\(EvidenceName.record)"
            )
            return verdict
        }
        guard let record = EvidenceRecord(String(decoding: octets, as: UTF8.self)) else {
            verdict.finding = .noRecord(
                reason: "\(path)\(EvidenceName.record) is damaged or none of hubtap's"
            )
            return verdict
        }
        verdict.record = record
        let signature = small(path + EvidenceName.signature)
        if let objection = objection(to: signature, of: octets, by: key) {
            verdict.finding = .notSigned(reason: objection)
        } else if record.file != URL(fileURLWithPath: path).lastPathComponent {
            verdict.finding = .exchanged(with: record.file)
        } else if let change = change(of: file, from: record) {
            verdict.finding = .changed(reason: change)
        } else {
            verdict.finding = .unchanged(
                key.map { .valid(key: $0.name) } ?? (signature == nil ? .none : .unchecked)
            )
        }
        return verdict
    }

    private static func objection(
        to signature: [UInt8]?,
        of record: [UInt8],
        by key: EvidencePublicKey?
    ) -> String? {
        guard let key else { return nil }
        guard let signature else { return "there is no signature beside the record" }
        guard key.isValid(signature, of: record) else {
            return
                "the signature is of another key (this one is \(key.name)), or the record was changed"
        }
        return nil
    }

    /// How the file differs from what the record says; nil if it does not.
    private static func change(of file: FileHandle, from record: EvidenceRecord) -> String? {
        var hash = SHA256()
        var count: UInt64 = 0
        do {
            while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
                hash.update(data: piece)
                count += UInt64(piece.count)
            }
        } catch {
            return "it cannot be read to its end: \(error.localizedDescription)"
        }
        if count != record.octets { return "it has \(count) octets, and had \(record.octets)" }
        if hash.finalize().hexadecimal != record.hash { return "some of its octets are others" }
        return nil
    }

    private static func isRegular(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
    }

    /// The octets of a small file; nil if there is none that can be read.
    static func small(_ path: String) -> [UInt8]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: recordLimit) else { return nil }
        return [UInt8](data)
    }
}
