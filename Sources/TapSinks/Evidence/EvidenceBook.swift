import TapFlow
public import TapObserve
import TapWire

/// Decides which file has the frames of an alert.
///
/// The rule. The first alert about a connection begins a file, which has its name and ends `after` later. Another alert
/// about the same connection before that end shares the file and moves its end to `after` behind itself. Five minutes
/// behind its first alert (`EvidenceLimits.span`) a file takes no more alerts and the next one begins another. So ten
/// thousand alerts about one connection give one file in five minutes, and consecutive files have no more than `before`
/// and `after` of frames twice. It depends on nothing but the alerts, so that a restart decides the same.
public struct EvidenceBook: Sendable {
    private let configuration: EvidenceConfiguration
    private var files: [FlowID: File] = [:]

    private struct File {
        var name: String
        var began: Timestamp
        var until: Timestamp
    }

    /// An empty book.
    public init(_ configuration: EvidenceConfiguration) { self.configuration = configuration }

    /// What is to be kept for `alert`, whose frames are in the ring with this identity.
    public mutating func request(
        for alert: Alert,
        ring: [UInt8],
        missedFrames: UInt64
    ) -> EvidenceRequest {
        let flow = alert.context.flow
        let time = alert.context.moment.time
        let end = time.advanced(by: configuration.after)
        var file = File(name: EvidenceName.file(of: alert.id), began: time, until: end)
        if let known = files[flow.id], time <= known.until,
            time.duration(since: known.began) <= configuration.limits.span
        {
            file = known
            file.until = max(known.until, end)
        } else {
            makeRoom(at: time)
        }
        files[flow.id] = file
        return EvidenceRequest(
            file: file.name,
            ring: ring,
            flow: flow.id,
            a: flow.a,
            b: flow.b,
            note: EvidenceNote(alert, missedFrames: missedFrames),
            until: file.until
        )
    }

    /// Takes back a decision: nobody gathers the file.
    public mutating func forget(_ request: EvidenceRequest) {
        guard files[request.flow]?.name == request.file else { return }
        files[request.flow] = nil
    }

    /// Remembers a decision of an earlier process.
    public mutating func restore(_ request: EvidenceRequest) {
        makeRoom(at: request.until)
        files[request.flow] = File(
            name: request.file,
            began: min(files[request.flow]?.began ?? .distantFuture, request.first.time),
            until: max(files[request.flow]?.until ?? .distantPast, request.until)
        )
    }

    private mutating func makeRoom(at time: Timestamp) {
        guard files.count >= configuration.limits.connections else { return }
        files = files.filter { $0.value.until >= time }
        guard files.count >= configuration.limits.connections else { return }
        // The one that ends first has the fewest alerts to come.
        if let first = files.min(by: { $0.value.until < $1.value.until }) { files[first.key] = nil }
    }
}
