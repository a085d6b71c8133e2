import Foundation
import TapCapture
import TapConfig
import TapRing
import TapWire

/// Copies connections with certain mail while they are going on.
///
/// That a connection is meant shows when such a transaction is through. What the ring still holds of it is copied
/// then, in the order of time, and everything after that as it comes.
final class LiveMailSearch {
    private var search: MailSearch
    private var earlier: RingReader

    /// Prepares to look for mail like `pattern`, and to read again with `earlier`.
    init(_ pattern: MailPattern, settings: HubtapConfiguration, earlier: consuming RingReader) {
        search = MailSearch(pattern, settings: settings)
        self.earlier = earlier
    }

    /// Takes the next entry of `reader`, after what it shows to be meant before it.
    func step<Writer: FrameWriter & ~Copyable>(
        _ reader: inout RingReader,
        _ export: inout FrameExport<Writer>
    ) throws -> FrameExport<Writer>.Step {
        let next = reader.nextSequence
        guard let entry = try reader.next() else {
            let step = try add(search.advance(to: .now), before: next, to: &export)
            return step == .went ? .caughtUp : step
        }
        switch entry {
        case .gap(let gap):
            search.noteGap(frameCount: gap.count)
            export.note(gap)
            return .went
        case .frame(let frame):
            let end = frame.metadata.sequence
            guard try add(search.process(frame), before: end, to: &export) == .went else {
                return .ended
            }
            return try export.take(frame)
        }
    }

    private func add<Writer: FrameWriter & ~Copyable>(
        _ finds: [MailSearch.Find],
        before end: UInt64,
        to export: inout FrameExport<Writer>
    ) throws -> FrameExport<Writer>.Step {
        for find in finds {
            guard try export.addMail(find, before: end, from: &earlier) == .went else {
                return .ended
            }
        }
        return .went
    }
}
