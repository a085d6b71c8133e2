import SystemPackage
import TapCapture
import TapFlow
import TapWire

/// A file of evidence that is being gathered.
final class EvidenceCase {
    /// Octets that a frame takes in a file beside its own: the block around it, and mostly a remark.
    private static let overhead = 128

    /// What was asked for.
    private(set) var request: EvidenceRequest
    /// What is missing.
    var losses: EvidenceLosses
    /// Octets that the gathered frames take.
    private(set) var octets: Int
    /// Why nothing more can be gathered, in words.
    private(set) var failure: EvidenceError?
    /// The time of day when it was begun.
    let begun: Timestamp
    /// The first frame of the ring that this process is to look at.
    var start: UInt64 = 0
    /// The number behind the last frame that is known to be looked at or lost.
    private var accounted: UInt64 = 0
    private var lostBeforeNext: UInt64 = 0
    private var selection: FlowSelection
    private var writer: PcapngWriter<FileSink>?

    /// Begins to gather, where others may have done so before.
    init(_ request: EvidenceRequest, gatheredOctets: Int, at time: Timestamp) {
        self.request = request
        losses = EvidenceLosses()
        octets = gatheredOctets
        begun = time
        selection = FlowSelection([request.conversation])
    }

    /// Makes the hidden file at `path`.
    func open(_ path: String, interfaces: [CaptureInterface]) {
        attempt { () throws(CaptureError) in
            let sink = try FileSink(
                creating: FilePath(path),
                permissions: [.ownerReadWrite, .groupRead],
                exclusively: true
            )
            writer = PcapngWriter(to: sink, section: CaptureSection(), interfaces: interfaces)
            // Who goes on with it must know the ports.
            try writer?.flush()
        }
    }

    /// Adds what another alert of the connection asks for.
    func merge(_ other: EvidenceRequest, limit: Int) { request.merge(other, limit: limit) }

    /// Takes `frame` if it belongs to the connection; the file may grow by `room` octets.
    func take(_ frame: borrowing Frame, room: Int) {
        let metadata = frame.metadata
        guard metadata.sequence >= start, failure == nil, selection.contains(frame) else { return }
        let cost = frame.bytes.count + Self.overhead
        guard cost <= room else {
            // A later frame is of no interest, unless another alert moves the end behind it.
            if metadata.arrival <= request.until { losses.leftOut &+= 1 }
            return
        }
        let dropped = lostBeforeNext
        lostBeforeNext = 0
        octets += cost
        attempt { () throws(CaptureError) in
            try writer?.write(frame, dropped: dropped, comment: nil)
        }
    }

    /// Notes that frames of the ring are gone.
    func lose(_ sequences: Range<UInt64>) {
        let first = max(sequences.lowerBound, start, accounted)
        guard sequences.upperBound > first else { return }
        accounted = sequences.upperBound
        losses.overwritten &+= sequences.upperBound &- first
        lostBeforeNext &+= sequences.upperBound &- first
    }

    /// Hands what was gathered to the file, so that it outlives the process.
    func flush() {
        attempt { () throws(CaptureError) in try writer?.flush() }
    }

    /// Closes the hidden file.
    func close() {
        flush()
        writer = nil
    }

    private func attempt(_ body: () throws(CaptureError) -> Void) {
        guard failure == nil else { return }
        do throws(CaptureError) {
            try body()
        } catch {
            failure = EvidenceError(error, at: request.file)
        }
    }
}
