import Foundation
import SystemPackage
import TapCapture
import TapConfig
import TapRing
import TapSinks
import TapStore
import TapWire

/// The frames of one alert, for `dump --alert`: its evidence if that is there, else what the ring still has.
struct AlertDump {
    private let id: String
    private let ringPath: String
    private let configuration: EvidenceConfiguration
    private let storePath: String
    private let alert: AlertEntry?
    private let entry: EvidenceEntry?

    /// Looks the alert up.
    init(_ id: String, _ ring: RingOptions) throws(Failure) {
        let settings = try ring.configuration.load()
        self.id = id
        ringPath = try ring.path()
        storePath = settings.storePath
        var shown = settings
        // What was kept before evidence was switched off is still where it was.
        if shown.evidence == nil { shown.evidence = EvidenceConfiguration(directory: "") }
        configuration = shown.evidenceSettings ?? EvidenceConfiguration(directory: "")
        (alert, entry) = try Failure.rethrow(as: 1) {
            let store = try Store(reading: settings.storePath)
            defer { store.close() }
            return (try store.alert(named: id), try store.evidence(of: id))
        }
    }

    private var file: String { entry?.file ?? EvidenceName.file(of: id) }
    private var evidencePath: String { configuration.directory + "/" + file }

    /// Writes the frames to `target`.
    ///
    /// - Returns: What was written, in words.
    func write(to target: CaptureTarget) throws -> String {
        if FileManager.default.fileExists(atPath: evidencePath) {
            return try copyEvidence(to: target)
        }
        guard let request else { throw try unknown() }
        var source = try RingEvidenceSource(path: ringPath)
        guard request.ring.isEmpty || request.ring == source.identity else {
            throw gone("the ring that had its frames was replaced by the one at \(ringPath)")
        }
        let (frames, losses) = try source.survey(request, before: configuration.before)
        guard frames > 0 else { throw gone(try ringWords(source, request)) }
        switch target.format {
        case .pcapng:
            let section = CaptureSection.onThisMachine(
                application: "hubtap \(HubtapVersion.text)",
                comment: request.heading(losses)
            )
            let interfaces = source.interfaces
            try extract(request, losses, &source, to: target) { sink in
                PcapngWriter(to: sink, section: section, interfaces: interfaces)
            }
        case .pcap: try extract(request, losses, &source, to: target) { PcapWriter(to: $0) }
        }
        return "\(frames) frames of alert \(id), from the ring: \(evidenceWords)"
    }

    private func extract<Writer: FrameWriter & ~Copyable>(
        _ request: EvidenceRequest,
        _ losses: EvidenceLosses,
        _ source: inout RingEvidenceSource,
        to target: CaptureTarget,
        _ makeWriter: (consuming FileSink) -> Writer
    ) throws {
        var writer = EvidenceWriter(makeWriter(try target.open(file: 1)), for: request)
        try source.extract(request, before: configuration.before, into: &writer)
        try writer.finish(losses)
    }
}

// MARK: - The evidence itself

extension AlertDump {
    /// Copies the file as it is, or its frames into another format.
    private func copyEvidence(to target: CaptureTarget) throws -> String {
        switch target.format {
        case .pcapng:
            let octets = try copyOctets(to: target)
            return "\(octets) octets, the evidence \(evidencePath) as it is; "
                + "`hubtap evidence verify \(evidencePath)` says whether it was changed"
        case .pcap:
            var reader = try CaptureReader(FileSource(opening: FilePath(evidencePath)))
            var writer = PcapWriter(to: try target.open(file: 1))
            while try reader.advance() { try writer.write(reader.frame, dropped: 0, comment: nil) }
            try writer.finish(statistics: [])
            return "\(writer.frameCount) frames of the evidence \(evidencePath)"
        }
    }

    private func copyOctets(to target: CaptureTarget) throws -> UInt64 {
        guard let file = FileHandle(forReadingAtPath: evidencePath) else {
            throw Failure.failed("\(evidencePath) cannot be read")
        }
        defer { try? file.close() }
        var sink = try target.open(file: 1)
        var count: UInt64 = 0
        while let piece = try file.read(upToCount: 1 << 18), !piece.isEmpty {
            let octets = [UInt8](piece)
            var rest = octets.span
            while rest.count > 0 {
                let written: Int
                do throws(Errno) {
                    written = try sink.write(rest)
                } catch {
                    if error == .brokenPipe { throw Failure(message: "", exitCode: 0) }
                    throw Failure.failed("\(target.path): \(error)")
                }
                rest = rest.extracting(droppingFirst: written)
            }
            count += UInt64(octets.count)
        }
        return count
    }
}

// MARK: - What is known of the alert

extension AlertDump {
    /// Which frames are meant, as it was stored with the alert; nil if nothing was.
    private var request: EvidenceRequest? {
        if let entry, let request = EvidenceRequest(entry) { return request }
        guard let alert else { return nil }
        return EvidenceRequest(alert, file: file, after: configuration.after)
    }

    /// Why there is no evidence, in words.
    private var evidenceWords: String {
        guard let entry else { return "no evidence was asked for when it was raised" }
        switch entry.state {
        case .pending: return "the evidence \(evidencePath) is not whole yet"
        case .failed: return entry.reason ?? "no evidence could be had"
        case .deleted: return "the evidence \(evidencePath) was deleted to make room for newer"
        case .written:
            return "the evidence \(evidencePath) was written, and was deleted or moved by somebody"
        }
    }

    private func gone(_ words: String) -> Failure {
        .failed("the frames of alert \(id) are gone: \(evidenceWords), and \(words)")
    }

    private func ringWords(
        _ source: borrowing RingEvidenceSource,
        _ request: EvidenceRequest
    ) throws -> String {
        let raised = request.notes.first?.time.rfc3339 ?? "an unknown time"
        guard let oldest = try source.oldest() else { return "the ring \(ringPath) is empty" }
        return "the ring \(ringPath), whose oldest frame is of \(oldest.rfc3339), has none of its "
            + "connection; it was raised at \(raised)"
    }

    private func unknown() throws -> Failure {
        if let alert, alert.server.isEmpty {
            return .failed("alert \(id) is about the tap itself: no connection has its frames")
        }
        return try Failure.rethrow(as: 1) {
            let store = try Store(reading: storePath)
            defer { store.close() }
            return try store.unknownAlert(id)
        }
    }
}
