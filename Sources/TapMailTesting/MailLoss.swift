import TapFlow
public import TapTesting
import TapWire

/// A way in which a part of a dialogue is never seen.
public enum MailLoss: String, Sendable, CaseIterable {
    /// Something that one side says at one place.
    case step
    /// Some segments.
    case segments
    /// All that the server says.
    case server
    /// All that the client says.
    case client
    /// Everything before some place, the handshake too.
    case start
    /// Everything before some place, and some segments behind it.
    case startAndSegments
    /// Everything before the client's answer to a challenge.
    case beforeSecret
    /// What is said at some places.
    case steps
    /// Many segments.
    case manySegments
    /// A stretch of segments of both sides, as where a ring overflows.
    case stretch
    /// The end of every long frame, as where a capture keeps only the beginning of each.
    case longFrames
    /// All frames of one side up to some place, or from there on, as where the way of one direction changes.
    case direction
    /// As `direction`, and some segments of what is left.
    case directionAndSegments
    /// Some segments, where those of each side overtake each other.
    case reorderedSegments
    /// Some segments, where frames change places, of both sides too.
    case crossedAndSegments

    /// True if frames are seen in the order in which they passed the tap, so that nothing is answered before it is said.
    public var keepsOrder: Bool { self != .crossedAndSegments }

    /// The frames of `dialogue` that are left.
    public func frames(of dialogue: Dialogue, seed: UInt64) -> [OwnedFrame] {
        remains(of: dialogue, seed: seed).frames
    }

    /// What is left of `dialogue`.
    public func remains(of dialogue: Dialogue, seed: UInt64) -> DialogueRemains {
        var random = SplitMix64(seed: seed ^ 0x10_55)
        var left = dialogue
        var injector = FaultInjector(seed: seed)
        var begin: Int?
        func whole() -> [OwnedFrame] { dialogue.frames(.random(seed: seed, upTo: 60)) }
        switch self {
        case .step: Self.lose(&left, at: dialogue.steps.indices.randomElement(using: &random))
        case .steps:
            for place in dialogue.steps.indices where Int.random(in: 0..<12, using: &random) == 0 {
                Self.lose(&left, at: place)
            }
        case .segments: injector.lossPerMille = 80
        case .manySegments: injector.lossPerMille = 300
        case .stretch: return DialogueRemains(of: dialogue, frames: Self.holed(whole(), &random))
        case .longFrames: return DialogueRemains(of: dialogue, frames: Self.cut(whole(), &random))
        case .direction: return DialogueRemains(of: dialogue, frames: Self.turned(whole(), &random))
        case .directionAndSegments:
            injector.lossPerMille = 60
            let frames = injector.apply(to: Self.turned(whole(), &random))
            return DialogueRemains(of: dialogue, frames: frames)
        case .reorderedSegments:
            injector.swapsPerMille = 400
            let frames = injector.reorderWithinRuns(whole())
            injector = FaultInjector(seed: seed &+ 1)
            injector.lossPerMille = 100
            return DialogueRemains(of: dialogue, frames: injector.apply(to: frames))
        case .crossedAndSegments:
            injector.lossPerMille = 60
            injector.swapsPerMille = 100
            return DialogueRemains(of: dialogue, frames: injector.apply(to: whole()))
        case .server, .client:
            let frames = Self.only(self == .server ? .a : .b, of: dialogue.frames())
            return DialogueRemains(of: dialogue, frames: frames)
        case .start, .startAndSegments:
            begin = dialogue.steps.indices.randomElement(using: &random)
            if self == .startAndSegments { injector.lossPerMille = 80 }
        case .beforeSecret:
            let challenge = dialogue.steps.firstIndex { step in
                if case .say(let octets, .b) = step {
                    octets.starts(with: "334".utf8) || octets.starts(with: "+ ".utf8)
                } else {
                    false
                }
            }
            begin = challenge.map { $0 + 1 }
        }
        left.steps.removeFirst(begin ?? 0)
        left.hasHandshake = begin == nil
        let frames = injector.apply(to: left.frames(.random(seed: seed, upTo: 60)))
        return DialogueRemains(of: dialogue, from: begin, frames: frames)
    }

    private static func lose(_ dialogue: inout Dialogue, at place: Int?) {
        guard let place, case .say(let octets, let side) = dialogue.steps[place] else { return }
        dialogue.steps[place] = .lose(octets, side)
    }

    private static func holed(
        _ frames: [OwnedFrame],
        _ random: inout SplitMix64
    ) -> [OwnedFrame] {
        let first = Int.random(in: 0..<max(1, frames.count), using: &random)
        let count = Int.random(in: 1...max(1, frames.count / 4), using: &random)
        return FaultInjector.renumbered(Array(frames[..<first] + frames.dropFirst(first + count)))
    }

    private static func cut(_ frames: [OwnedFrame], _ random: inout SplitMix64) -> [OwnedFrame] {
        let byteCount = Int.random(in: 70...110, using: &random)
        return frames.map { $0.cut(to: min($0.octets.count, byteCount)) }
    }

    private static func turned(
        _ frames: [OwnedFrame],
        _ random: inout SplitMix64
    ) -> [OwnedFrame] {
        let place = Int.random(in: 0...frames.count, using: &random)
        let isBefore = Bool.random(using: &random)
        let port = PortIndex(rawValue: Bool.random(using: &random) ? 0 : 1)
        let left = frames.enumerated().filter { index, frame in
            frame.metadata.ingress != port || (index < place) != isBefore
        }
        return FaultInjector.renumbered(left.map(\.element))
    }

    private static func only(_ side: Side, of frames: [OwnedFrame]) -> [OwnedFrame] {
        let port = PortIndex(rawValue: side == .a ? 0 : 1)
        return FaultInjector.renumbered(frames.filter { $0.metadata.ingress == port })
    }
}
