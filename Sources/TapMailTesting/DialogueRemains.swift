import TapFlow
public import TapTesting
import TapWire

/// What a tap has seen of a dialogue.
public struct DialogueRemains: Sendable {
    /// The dialogue as it was.
    public let dialogue: Dialogue
    /// The frames that were seen.
    public let frames: [OwnedFrame]
    /// Of each step, which octets were seen.
    public let seen: [[Bool]]
    /// True if the handshake was seen, every segment of it.
    public let hasHandshake: Bool

    /// Finds out from the numbers of the segments which octets of `dialogue` are among `frames`.
    ///
    /// - Parameters:
    ///   - dialogue: The dialogue as it was.
    ///   - begin: The first step that was sent in sight of the tap, where the numbers begin; nil if the handshake was too.
    ///   - frames: The frames that were seen.
    public init(of dialogue: Dialogue, from begin: Int? = nil, frames: [OwnedFrame]) {
        self.dialogue = dialogue
        self.frames = frames
        let sight = Sight(of: frames, hasHandshake: begin == nil)
        hasHandshake = begin == nil && sight.handshakeCount == 3
        var places: [Side: Int] = [:]
        seen = dialogue.steps.enumerated().map { index, step in
            switch step {
            case .say(let octets, let side), .lose(let octets, let side):
                guard index >= begin ?? 0 else { return octets.map { _ in false } }
                let first = places[side, default: 0]
                places[side] = first + octets.count
                return octets.indices.map { sight.octets[side]?.contains(first + $0) == true }
            }
        }
    }

    /// True if every octet of a step was seen.
    public func isWhole(step: Int) -> Bool { seen[step].allSatisfy { $0 } }
}

/// Which octets of both sides are in some frames, counted from each side's first.
private struct Sight {
    var octets: [Side: Set<Int>] = [:]
    var handshakeCount = 0

    init(of frames: [OwnedFrame], hasHandshake: Bool) {
        let settings = TCPConversation.Settings()
        let first: [Side: UInt32] = [
            .a: settings.initialNumberA &+ (hasHandshake ? 1 : 0),
            .b: settings.initialNumberB &+ (hasHandshake ? 1 : 0),
        ]
        var isBehindHandshake = false
        for frame in frames {
            guard case .segment(let segment)? = try? Packet(decoding: frame.frame) else { continue }
            let side: Side = segment.source == settings.a ? .a : .b
            let header = segment.header
            let place = Int(header.sequenceNumber &- first[side, default: 0])
            if segment.payload.isEmpty {
                let isFirst = place == 0 && !isBehindHandshake
                if header.flags.contains(.syn) || isFirst { handshakeCount += 1 }
            } else {
                isBehindHandshake = true
            }
            for offset in 0..<segment.payload.count {
                octets[side, default: []].insert(place &+ offset)
            }
        }
    }
}
