import TapLinux
import TapWire
import Testing

/// What the kernel says of real interfaces.
@Suite(.serialized)
struct LinkWatchTests {
    /// The messages about one interface that doing something made the kernel say, in order.
    private func heard(
        _ lab: LabNamespace,
        of name: String,
        until isEnough: @escaping @Sendable ([LinkMessage]) -> Bool,
        _ body: @escaping @Sendable () throws -> Void
    ) throws -> [LinkMessage] {
        try lab.inside {
            guard let index = try InterfaceControl().index(of: name) else {
                throw LabFailure("no \(name)")
            }
            var watch = try LinkWatch()
            var messages: [LinkMessage] = []
            try body()
            try Shell.wait(for: "news of \(name)") {
                guard case .messages(let more) = watch.news() else {
                    throw LabFailure("messages were lost")
                }
                messages += more.filter { Self.index(of: $0) == index }
                return isEnough(messages)
            }
            return messages
        }
    }

    private static func index(of message: LinkMessage) -> Int32 {
        switch message {
        case .state(let link): link.index
        case .removed(let index), .address(let index, _, _), .addressRemoved(let index, _, _): index
        }
    }

    private static func last(_ messages: [LinkMessage]) -> LinkState? {
        guard case .state(let link)? = messages.last else { return nil }
        return link
    }

    @Test func carrierNameAndMTUAreTold() throws {
        let lab = try LabNamespace()
        try lab.ip("link", "set", "e0", "up")
        let end = try heard(lab, of: "e0", until: { Self.last($0)?.isRunning == false }) {
            try lab.ip("link", "set", "c0", "down")
        }
        #expect(Self.last(end)?.isUp == true)
        let back = try heard(lab, of: "e0", until: { Self.last($0)?.isRunning == true }) {
            try lab.ip("link", "set", "c0", "up")
        }
        #expect(Self.last(back)?.name == "e0")
        let renamed = try heard(lab, of: "e0", until: { Self.last($0)?.name == "wan0" }) {
            try lab.ip("link", "set", "e0", "name", "wan0")
        }
        #expect(Self.last(renamed)?.mtu == 1500)
        let grown = try heard(lab, of: "wan0", until: { Self.last($0)?.mtu == 9000 }) {
            try lab.ip("link", "set", "wan0", "mtu", "9000")
        }
        // Asking gives the same as listening.
        let index = try #require(Self.last(grown)?.index)
        #expect(try lab.inside { try InterfaceControl().link(of: index) } == Self.last(grown))
    }

    @Test func mastersAddressesAndTheEndAreTold() throws {
        let lab = try LabNamespace()
        try lab.ip("link", "add", "br0", "type", "bridge")
        let joined = try heard(lab, of: "e0", until: { Self.last($0)?.master != nil }) {
            try lab.ip("link", "set", "e0", "master", "br0")
        }
        let bridge = try lab.inside { try InterfaceControl().index(of: "br0") }
        #expect(Self.last(joined)?.master == bridge)
        let left = try heard(lab, of: "e0", until: { !$0.isEmpty && Self.last($0)?.master == nil })
        {
            try lab.ip("link", "set", "e0", "nomaster")
        }
        #expect(!left.contains { if case .removed = $0 { true } else { false } })
        let addressed = try heard(lab, of: "e0", until: { !$0.isEmpty }) {
            try lab.ip("address", "add", "192.0.2.1/24", "dev", "e0")
        }
        guard case .address(_, let address, 24)? = addressed.first else {
            Issue.record("\(addressed)")
            return
        }
        #expect(address == IPAddress("192.0.2.1"))
        let gone = try heard(lab, of: "e0", until: { Self.last($0) == nil && !$0.isEmpty }) {
            try lab.ip("link", "del", "e0")
        }
        guard case .removed? = gone.last else {
            Issue.record("\(gone)")
            return
        }
    }

    @Test func lostMessagesMeanToLookAgainOnce() throws {
        let lab = try LabNamespace()
        try lab.inside {
            var watch = try LinkWatch()
            let control = try InterfaceControl()
            let name = "lo"
            let flags = try control.flags(of: name)
            // Each change takes more than a kibioctet of a queue of two mebioctets.
            for _ in 0..<6000 {
                try control.set(flags.subtracting(.up), of: name)
                try control.set(flags.union(.up), of: name)
            }
            let isLost = watch.news() == .lookAgain
            let isOver = watch.news() == .messages([])
            #expect(isLost && isOver)
        }
    }
}
