import TapWire

/// Does to frames what networks and captures do: loses, doubles, delays, damages and cuts them.
public struct FaultInjector: Sendable {
    /// Of 1,000 frames, how many are lost.
    public var lossPerMille = 0
    /// Of 1,000 frames, how many are seen twice.
    public var duplicatesPerMille = 0
    /// Of 1,000 frames, how many change places with the next.
    public var swapsPerMille = 0
    /// Of 1,000 frames, how many have an octet changed.
    public var damagePerMille = 0
    /// Of 1,000 frames, how many are cut short by the capture.
    public var cutsPerMille = 0
    private var generator: SplitMix64

    /// Creates an injector without faults.
    public init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// The frames as they arrive, with new numbers and with times that never go back.
    public mutating func apply(to frames: [OwnedFrame]) -> [OwnedFrame] {
        var arrived: [OwnedFrame] = []
        for frame in frames where !hits(lossPerMille) {
            var frame = frame
            if hits(damagePerMille) { damage(&frame) }
            if hits(cutsPerMille) {
                frame = frame.cut(to: Int.random(in: 0...frame.octets.count, using: &generator))
            }
            arrived.append(frame)
            if hits(duplicatesPerMille) { arrived.append(frame) }
        }
        for index in arrived.indices.dropLast() where hits(swapsPerMille) {
            arrived.swapAt(index, index + 1)
        }
        return Self.renumbered(arrived)
    }

    private mutating func hits(_ perMille: Int) -> Bool {
        perMille > 0 && Int.random(in: 0..<1_000, using: &generator) < perMille
    }

    private mutating func damage(_ frame: inout OwnedFrame) {
        guard let index = frame.octets.indices.randomElement(using: &generator) else { return }
        frame.octets[index] ^= UInt8.random(in: 1...255, using: &generator)
    }

    /// The frames as a tap sees them that captures on both its ports: each once on its way in, once on its way out.
    public static func seenOnBothPorts(_ frames: [OwnedFrame]) -> [OwnedFrame] {
        let ports = Set(frames.map(\.metadata.ingress))
        return renumbered(
            frames.flatMap { frame in
                var copy = frame
                if let other = ports.first(where: { $0 != frame.metadata.ingress }) {
                    copy.metadata.ingress = other
                }
                return [frame, copy]
            }
        )
    }

    /// The frames in an order in which those that entered one after the other by the same port change places.
    ///
    /// What a side said stays behind what it answers, as it does on a wire; the first frame of each side keeps its place.
    public mutating func reorderWithinRuns(_ frames: [OwnedFrame]) -> [OwnedFrame] {
        var arrived = frames
        for index in frames.indices.dropFirst(4) where hits(swapsPerMille) {
            let before = index - 1
            guard arrived[before].metadata.ingress == arrived[index].metadata.ingress else {
                continue
            }
            arrived.swapAt(before, index)
        }
        return Self.renumbered(arrived)
    }

    /// The frames in an order in which those that entered one after the other by different ports change places, as where
    /// two captures whose clocks differ are put together: each side keeps its order, and the handshake comes first.
    public mutating func crossSides(_ frames: [OwnedFrame]) -> [OwnedFrame] {
        var arrived = frames
        for index in frames.indices.dropFirst(4) where hits(swapsPerMille) {
            let before = index - 1
            guard arrived[before].metadata.ingress != arrived[index].metadata.ingress else {
                continue
            }
            arrived.swapAt(before, index)
        }
        return Self.renumbered(arrived)
    }

    /// The frames with new numbers from that of the first on, and with the times they had, in order.
    public static func renumbered(_ frames: [OwnedFrame]) -> [OwnedFrame] {
        let first = frames.map(\.metadata.sequence).min() ?? 0
        let times = frames.map(\.metadata.arrival).sorted()
        var renumbered = frames
        for index in frames.indices {
            renumbered[index].metadata.sequence = first + UInt64(index)
            renumbered[index].metadata.arrival = times[index]
        }
        return renumbered
    }
}
