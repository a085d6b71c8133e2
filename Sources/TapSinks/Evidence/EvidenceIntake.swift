import Foundation
public import TapObserve
public import TapStore

/// The side of the analysis: decides for each alert which file has its frames, and leaves the request on the desk.
public struct EvidenceIntake: Sendable {
    /// Where requests are left.
    public let desk: EvidenceDesk
    private let ring: [UInt8]
    private var book: EvidenceBook

    /// Leaves requests on `desk` for frames of the ring with this identity.
    ///
    /// What earlier processes left undone, `pending`, is left there again.
    public init(
        _ configuration: EvidenceConfiguration,
        desk: EvidenceDesk,
        ring: [UInt8],
        pending: [EvidenceEntry]
    ) {
        self.desk = desk
        self.ring = ring
        book = EvidenceBook(configuration)
        for request in pending.compactMap({ EvidenceRequest($0) }) {
            guard desk.offer(request) == nil, request.ring == ring else { continue }
            book.restore(request)
        }
    }

    /// Sees to it that the frames of `alert` are kept, and tells the alert where.
    ///
    /// - Returns: What is to be stored of it, in the same transaction as the alert.
    public mutating func keep(_ alert: inout Alert, missedFrames: UInt64) -> EvidenceEntry {
        let request = book.request(for: alert, ring: ring, missedFrames: missedFrames)
        let refusal = desk.offer(request)
        if refusal == nil { alert.evidence = request.file } else { book.forget(request) }
        return EvidenceEntry(
            alert: alert.id,
            file: request.file,
            ring: ring,
            request: request.octets,
            state: refusal == nil ? .pending : .failed,
            reason: refusal
        )
    }
}

extension EvidenceRequest {
    /// Reads what was stored with `entry`; nil if that is nothing that this version knows.
    public init?(_ entry: EvidenceEntry) {
        guard var request = try? JSONDecoder().decode(Self.self, from: entry.request),
            EvidenceName.isFile(entry.file)
        else { return nil }
        request.file = entry.file
        self = request
    }

    /// The form in which it is stored.
    var octets: Data {
        let encoder = JSONEncoder()
        // A rule's confidence is whatever the rule says.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "infinity",
            negativeInfinity: "-infinity",
            nan: "nan"
        )
        return (try? encoder.encode(self)) ?? Data()
    }
}
