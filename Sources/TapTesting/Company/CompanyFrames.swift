import TapWire

/// The frames of a company's sessions in the order in which they cross the tap, numbered.
public struct CompanyFrames: Sendable {
    private var running: [ArraySlice<OwnedFrame>] = []
    private var sequence: UInt64 = 0

    /// No session has begun.
    public init() {}

    /// Begins a session; `body` gets the frames of earlier ones that come before it.
    public mutating func begin(_ session: CompanySession, _ body: (OwnedFrame) -> Void) {
        flush(before: session.time, body)
        running.append(session.frames[...])
    }

    /// All that is left.
    public mutating func finish(_ body: (OwnedFrame) -> Void) {
        flush(before: .distantFuture, body)
    }

    private mutating func flush(before limit: Timestamp, _ body: (OwnedFrame) -> Void) {
        while let (place, time) = earliest, time < limit {
            var frame = running[place].removeFirst()
            if running[place].isEmpty { running.remove(at: place) }
            frame.metadata.sequence = sequence
            sequence += 1
            body(frame)
        }
    }

    /// Which session has the next frame, and when.
    private var earliest: (place: Int, time: Timestamp)? {
        var found: (place: Int, time: Timestamp)?
        for (place, frames) in running.enumerated() {
            guard let time = frames.first?.metadata.arrival else { continue }
            if found.map({ time < $0.time }) ?? true { found = (place, time) }
        }
        return found
    }
}
