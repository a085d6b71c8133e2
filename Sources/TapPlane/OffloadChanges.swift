/// What a hub made of the receive offloads of a port.
public struct OffloadChanges: Hashable, Sendable {
    /// Those that it switched off.
    public var switchedOff: [ReceiveOffload]
    /// Those that a hub before had switched off, and that are on again.
    public var switchedOn: [ReceiveOffload]
    /// Those that should be off and stayed on: fixed, or the driver refuses.
    public var left: [ReceiveOffload]

    /// Creates the changes of a port.
    public init(
        switchedOff: [ReceiveOffload] = [],
        switchedOn: [ReceiveOffload] = [],
        left: [ReceiveOffload] = []
    ) {
        self.switchedOff = switchedOff
        self.switchedOn = switchedOn
        self.left = left
    }

    /// True if there is nothing to tell.
    public var isEmpty: Bool { switchedOff.isEmpty && switchedOn.isEmpty && left.isEmpty }

    /// What was done, what was not, and what comes of it.
    var sentence: String {
        var parts: [String] = []
        if !switchedOff.isEmpty {
            parts.append("switched off \(Self.list(switchedOff)) so that \(aim(of: switchedOff))")
        }
        if !switchedOn.isEmpty { parts.append("switched on again \(Self.list(switchedOn))") }
        if !left.isEmpty {
            let effect =
                left.contains(.largeReceive)
                ? "joined segments may cross and stand in the mirror otherwise than they came"
                : "the mirror may show joined frames that the wire did not have"
            parts.append(
                "cannot switch off \(Self.list(left)) (fixed, or the driver refuses); \(effect)"
            )
        }
        return parts.joined(separator: "; ")
    }

    private func aim(of offloads: [ReceiveOffload]) -> String {
        offloads == [.largeReceive] ? "segments cross as they came" : "the mirror is as the wire"
    }

    private static func list(_ offloads: [ReceiveOffload]) -> String {
        offloads.map(\.description).joined(separator: ", ")
    }
}
