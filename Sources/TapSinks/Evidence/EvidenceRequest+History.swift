import Foundation
import TapFlow
import TapObserve
public import TapStore
import TapWire

extension EvidenceRequest {
    /// What would have been asked for an alert that no evidence was asked for, as the history tells of it.
    ///
    /// - Returns: nil if the history does not say which connection it is about. The ring is unknown.
    public init?(_ alert: AlertEntry, file: String, after: Duration) {
        guard let a = Endpoint(alert.client), let b = Endpoint(alert.server) else { return nil }
        self.init(
            file: file,
            ring: [],
            flow: FlowID(rawValue: 0),
            a: a,
            b: b,
            note: EvidenceNote(alert),
            until: alert.time.advanced(by: after)
        )
    }
}

extension EvidenceNote {
    /// The words of an alert, as far as the history has them.
    init(_ alert: AlertEntry) {
        let event = try? JSONDecoder().decode(Event.self, from: Data(alert.json.utf8))
        id = alert.id
        rule = alert.rule
        signatureID = event?.alert?.signatureID ?? 0
        severity = Severity(rawValue: alert.severity) ?? .low
        signature = alert.signature
        why = event?.relay?.why ?? ""
        advice = event?.relay?.advice ?? ""
        confidence = event?.relay?.confidence ?? 0
        time = alert.time
        firstSequence = alert.firstSequence
        lastSequence = alert.lastSequence
        missedFrames = 0
    }

    /// What is looked at of the event.
    private struct Event: Decodable {
        struct Head: Decodable {
            var signatureID: Int?

            enum CodingKeys: String, CodingKey { case signatureID = "signature_id" }
        }

        struct Finding: Decodable {
            var why: String?
            var advice: String?
            var confidence: Double?
        }

        var alert: Head?
        var relay: Finding?
    }
}
