import SystemPackage
import TapCapture
import TapWire

extension EvidenceFolder {
    private static let permissions: FilePermissions = [.ownerReadWrite, .groupRead]

    /// Makes the file of `request` out of the frames that were gathered for it, with its record.
    ///
    /// - Parameters:
    ///   - request: What was asked for.
    ///   - losses: What is missing.
    ///   - key: Signs the record; nil for no signature.
    ///   - time: The time of day.
    /// - Returns: The record.
    /// - Throws: Why there is no such file now; the gathered frames are still there.
    func seal(
        _ request: EvidenceRequest,
        _ losses: EvidenceLosses,
        key: EvidenceKey?,
        at time: Timestamp
    ) throws(EvidenceError) -> EvidenceRecord {
        do {
            return try make(request, losses, key: key, at: time)
        } catch {
            // A record without its file would say that the file was taken away.
            removeRecord(of: request.file)
            if let error = error as? CaptureError {
                throw EvidenceError(error, at: file(request.file))
            }
            throw error as? EvidenceError ?? EvidenceError(.unreadable, "\(error)")
        }
    }

    private func make(
        _ request: EvidenceRequest,
        _ losses: EvidenceLosses,
        key: EvidenceKey?,
        at time: Timestamp
    ) throws -> EvidenceRecord {
        let writer = try compose(request, losses)
        let frames = writer.frameCount
        var sink = writer.takeSink()
        let record = EvidenceRecord(
            file: request.file,
            alerts: request.notes.map(\.title),
            frames: frames,
            octets: sink.octetCount,
            sealed: time,
            key: key?.publicKey.name,
            hash: sink.digest.hexadecimal
        )
        removeRecord(of: request.file)
        let text = Array(record.text.utf8)
        if let key {
            try write(try key.signature(of: text), to: request.file + EvidenceName.signature)
        }
        try write(text, to: request.file + EvidenceName.record)
        try sink.file.commit()
        return record
    }

    private func draft(of name: String) throws(CaptureError) -> WholeFile {
        try WholeFile(at: FilePath(file(name)), permissions: Self.permissions)
    }

    private func write(_ octets: [UInt8], to name: String) throws(CaptureError) {
        var file = try draft(of: name)
        try file.write(all: octets)
        try file.commit()
    }

    /// Puts the gathered frames into one file that has no name yet.
    private func compose(
        _ request: EvidenceRequest,
        _ losses: EvidenceLosses
    ) throws -> PcapngWriter<HashingSink> {
        let parts = parts(of: request.file).map { EvidencePart(path: file($0.name)) }
        guard let interfaces = parts.lazy.compactMap(\.interfaces).first else {
            throw EvidenceError(.noFrames, noFrames(request, losses))
        }
        let section = CaptureSection.onThisMachine(
            application: "hubtap \(HubtapVersion.text)",
            comment: request.heading(losses)
        )
        let sink = HashingSink(try draft(of: request.file))
        var evidence = EvidenceWriter(
            PcapngWriter(to: sink, section: section, interfaces: interfaces),
            for: request
        )
        for part in parts { try part.copy(into: &evidence) }
        guard evidence.frameCount > 0 else {
            throw EvidenceError(.noFrames, noFrames(request, losses))
        }
        try evidence.finish(losses)
        return evidence.takeWriter()
    }

    private func noFrames(_ request: EvidenceRequest, _ losses: EvidenceLosses) -> String {
        let reason = losses.cutShort.map { ": \($0)" } ?? ""
        return
            "\(request.file): no frame of the connection of \(request.a) and \(request.b) is left\(reason)"
    }
}
