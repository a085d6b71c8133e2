public import TapObserve

/// A segmentation that changed a result that must not depend on it.
public struct SegmentationDifference<Result: Sendable>: Sendable, CustomStringConvertible {
    /// The segmentation.
    public let segmentation: Segmentation
    /// What came out with every run in one segment.
    public let expected: Result
    /// What came out with this segmentation.
    public let found: Result

    /// The difference in words.
    public var description: String { "\(segmentation): expected \(expected), found \(found)" }
}

/// Runs something over the same dialogue in many segmentations: the result must not depend on them.
public struct SegmentationVerifier: Sendable {
    /// How many random segmentations are tried.
    public var randomCount = 32
    /// The most single cuts that are tried; longer dialogues are cut at random places.
    public var maximumSplits = 2_000
    /// What the connection looks like.
    public var settings = TCPConversation.Settings()

    /// Creates a verifier.
    public init() {}

    /// The first segmentation of `dialogue` for which `run` gives another result than for whole runs; nil if none does.
    public func firstDifference<Result: Equatable & Sendable>(
        of dialogue: Dialogue,
        _ run: ([OwnedFrame]) throws -> Result
    ) rethrows -> SegmentationDifference<Result>? {
        let expected = try run(dialogue.frames(.whole, settings: settings))
        for segmentation in segmentations(of: dialogue) {
            let found = try run(dialogue.frames(segmentation, settings: settings))
            guard found == expected else {
                return SegmentationDifference(
                    segmentation: segmentation,
                    expected: expected,
                    found: found
                )
            }
        }
        return nil
    }

    /// The first segmentation of `dialogue` that changes what `observer` reports; nil if none does.
    ///
    /// Events are compared by how they print, with all their fields.
    public func firstDifference<O: Observer>(
        of dialogue: Dialogue,
        observer: O
    ) -> SegmentationDifference<[String]>? {
        firstDifference(of: dialogue) { frames in
            let pipeline = Pipeline(Analyzer(observer))
            return pipeline.findings(of: frames).map { finding in
                switch finding {
                case .event(let record): "\(record.context.moment) \(record.event)"
                case .alert(let alert): "\(alert)"
                }
            }
        }
    }

    /// The segmentations that are tried.
    public func segmentations(of dialogue: Dialogue) -> [Segmentation] {
        var list: [Segmentation] = [1, 2, 3, 7, 64].map { .pieces(of: $0) }
        let byteCount = dialogue.byteCount
        if byteCount <= maximumSplits {
            list += (1..<max(2, byteCount)).map { .split(at: $0) }
        } else {
            var generator = SplitMix64(seed: UInt64(byteCount))
            for _ in 0..<maximumSplits {
                list.append(.split(at: .random(in: 1..<byteCount, using: &generator)))
            }
        }
        for seed in 0..<randomCount {
            list.append(.random(seed: UInt64(seed), upTo: seed.isMultiple(of: 2) ? 9 : 200))
        }
        return list
    }
}

extension Pipeline {
    /// Everything that is found in `frames`, the end of the input included.
    public func findings(of frames: [OwnedFrame]) -> [Finding] {
        var findings: [Finding] = []
        for frame in frames { process(frame.frame, into: &findings) }
        finish(into: &findings)
        return findings
    }
}
