public import TapFlow
import TapWire

/// What two programs say to each other over TCP, without regard to segments.
///
///     var dialogue = Dialogue()
///     dialogue.b("220 mail.example ESMTP\r\n")
///     dialogue.a("QUIT\r\n")
///     dialogue.b("221 bye\r\n")
public struct Dialogue: Hashable, Sendable {
    /// A step of a dialogue.
    public enum Step: Hashable, Sendable {
        /// One side says something.
        case say([UInt8], Side)
        /// One side says something that the tap never sees.
        case lose([UInt8], Side)
    }

    /// How a dialogue ends.
    public enum Ending: Hashable, Sendable {
        /// Both sides send FIN, this one first.
        case close(Side)
        /// One side sends RST.
        case reset(Side)
        /// Nothing more comes.
        case none
    }

    /// What is said, in order.
    public var steps: [Step] = []
    /// How it ends.
    public var ending = Ending.close(.a)
    /// False if the handshake is not seen.
    public var hasHandshake = true
    /// The port that is called; nil if that is as the settings say.
    public var port: UInt16?

    /// Creates an empty dialogue.
    public init() {}

    /// Side `a`, who opened the connection, says something.
    public mutating func a(_ text: String) { steps.append(.say(Array(text.utf8), .a)) }

    /// Side `b`, who was called, says something.
    public mutating func b(_ text: String) { steps.append(.say(Array(text.utf8), .b)) }

    /// One side says octets.
    public mutating func say(_ octets: [UInt8], from side: Side) {
        steps.append(.say(octets, side))
    }

    /// One side says something that the tap never sees.
    public mutating func lose(_ text: String, from side: Side) {
        steps.append(.lose(Array(text.utf8), side))
    }

    /// How many octets are said in sight of the tap.
    public var byteCount: Int {
        steps.reduce(0) { sum, step in
            if case .say(let octets, _) = step { sum + octets.count } else { sum }
        }
    }

    /// The dialogue as frames.
    ///
    /// What one side says before the other answers is one run of octets, which `segmentation` cuts. All frames of a
    /// run have the same time and number, so that what is made of them does not depend on the cuts.
    public func frames(
        _ segmentation: Segmentation = .whole,
        settings: TCPConversation.Settings = .init()
    ) -> [OwnedFrame] {
        var settings = settings
        if let port { settings.b.port = port }
        var conversation = TCPConversation(settings)
        if hasHandshake { conversation.open() }
        var cutter = SegmentCutter(segmentation)
        for run in runs {
            conversation.atOneMoment { conversation in
                switch run {
                case .lose(let octets, let side): conversation.lose(octets.count, from: side)
                case .say(let octets, let side):
                    let number = conversation.number(of: side)
                    for piece in cutter.cut(octets) { conversation.sendSegment(piece, from: side) }
                    if let again = settings.retransmission {
                        var other = SegmentCutter(again)
                        conversation.sendAgain(other.cut(octets), at: number, from: side)
                    }
                    if settings.acknowledgesAtOnce { conversation.acknowledge(from: side.opposite) }
                }
            }
        }
        switch ending {
        case .close(let side): conversation.close(by: side)
        case .reset(let side): conversation.reset(from: side)
        case .none: break
        }
        return conversation.frames
    }

    /// The steps, with what one side says in a row put together.
    private var runs: [Step] {
        var runs: [Step] = []
        for step in steps {
            guard case .say(let octets, let side) = step, case .say(let earlier, side) = runs.last
            else {
                runs.append(step)
                continue
            }
            runs[runs.count - 1] = .say(earlier + octets, side)
        }
        return runs
    }
}

/// How a dialogue is cut into segments.
public enum Segmentation: Hashable, Sendable {
    /// Every run in one segment.
    case whole
    /// Every line in a segment of its own; what follows the last LF of a run as well.
    case lines
    /// Segments of this many octets.
    case pieces(of: Int)
    /// One cut, this many octets from the start of the dialogue.
    case split(at: Int)
    /// Segments of random sizes up to a maximum.
    case random(seed: UInt64, upTo: Int)
}

/// Cuts the runs of a dialogue.
private struct SegmentCutter {
    private let segmentation: Segmentation
    private var generator: SplitMix64
    private var position = 0

    init(_ segmentation: Segmentation) {
        self.segmentation = segmentation
        if case .random(let seed, _) = segmentation {
            generator = SplitMix64(seed: seed)
        } else {
            generator = SplitMix64(seed: 0)
        }
    }

    mutating func cut(_ octets: [UInt8]) -> [[UInt8]] {
        // An IPv4 packet has 65,535 octets at most, headers included.
        let most = 65_000
        var pieces: [[UInt8]] = []
        var rest = octets[...]
        while !rest.isEmpty {
            let piece = rest.prefix(min(most, max(1, nextSize(rest))))
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
            position += piece.count
        }
        return pieces
    }

    private mutating func nextSize(_ rest: ArraySlice<UInt8>) -> Int {
        let available = rest.count
        return switch segmentation {
        case .whole: available
        case .lines: rest.firstIndex(of: 0x0A).map { $0 - rest.startIndex + 1 } ?? available
        case .pieces(let size): size
        case .split(let offset): offset > position ? min(available, offset - position) : available
        case .random(_, let most): Int.random(in: 1...max(1, most), using: &generator)
        }
    }
}
