import SystemPackage
import TapLinux
import TapTesting
import TapWire
import Testing

/// What the kernel says of a forwarding filter is read, and nothing it could say traps.
struct ForwardingTargetTests {
    private func action(_ interface: Int32, failures: UInt32) -> [UInt8] {
        let parameters = [UInt8](repeating: 0, count: 24) + RouteMessage.octets(UInt32(interface))
        let queue = [UInt8](repeating: 9, count: 16) + RouteMessage.octets(failures)
        return RouteMessage.attribute(1, Array("mirred".utf8) + [0])
            + RouteMessage.attribute(4, RouteMessage.attribute(3, queue))
            + RouteMessage.attribute(2 | 0x8000, RouteMessage.attribute(2, parameters))
    }

    private func filter(_ options: [UInt8]) -> [UInt8] {
        let header = [UInt8](repeating: 0, count: 8) + RouteMessage.octets(UInt32(0x8010_0001))
        let selector = RouteMessage.attribute(5, [UInt8](repeating: 0, count: 16))
        let body =
            header + [UInt8](repeating: 0, count: 8) + RouteMessage.attribute(2, selector + options)
        return RouteMessage.make(type: 44, body: body)
    }

    private var forwarding: [UInt8] {
        let actions = [action(7, failures: 3), action(0, failures: .max)].enumerated()
            .flatMap { RouteMessage.attribute(UInt16($0 + 1), $1) }
        return filter(RouteMessage.attribute(7 | 0x8000, actions))
    }

    @Test func targetsAreReadInTheirOrder() {
        let expected = [
            ForwardingTarget(interface: 7, failures: 3),
            ForwardingTarget(interface: 0, failures: .max),
        ]
        #expect(ForwardingTarget.read(forwarding.span) == expected)
        #expect(ForwardingTarget.filterNumber(forwarding.span, at: .ingress) == 0x8010_0001)
        #expect(ForwardingTarget.filterNumber(forwarding.span, at: .egress) == nil)
    }

    @Test func aFilterWithoutActionsIsNone() {
        let passing = filter([])
        #expect(ForwardingTarget.read(passing.span) == nil)
        #expect(ForwardingTarget.filterNumber(passing.span, at: .egress) == 0x8010_0001)
        #expect(ForwardingTarget.filterNumber(passing.span, at: .ingress) == nil)
    }

    @Test func aTableIsNoFilter() {
        var octets = filter(RouteMessage.attribute(4, RouteMessage.octets(UInt32(1))))
        // No selector, but something else.
        octets[42] = 9
        #expect(ForwardingTarget.filterNumber(octets.span, at: .egress) == nil)
        #expect(ForwardingTarget.filterNumber(octets.span, at: .ingress) == nil)
    }

    @Test func noOctetsTrap() {
        var random = SplitMix64(seed: 0x7463)
        for length in 0...forwarding.count {
            var octets = Array(forwarding.prefix(length))
            _ = ForwardingTarget.read(octets.span)
            for _ in 0..<20 where !octets.isEmpty {
                octets[Int(random.next() % UInt64(length))] = UInt8(random.next() & 255)
                _ = ForwardingTarget.read(octets.span)
                _ = ForwardingTarget.filterNumber(octets.span, at: .egress)
            }
        }
    }

    /// As many as a port of the largest hub has.
    private static let most = [Int32](repeating: 1, count: PortIndex.maximumCount - 1)

    @Test func theKernelSaysWhatItWasTold() throws {
        let said = try NetworkNamespace.throwaway {
            Result<[[Int32]?], Errno> { () throws(Errno) in
                let route = try RouteSocket()
                try route.addFilterDiscipline(to: 1)
                var said = [try route.forwarding(from: 1)]
                // Filters of both hooks stand side by side, and each is replaced where it stands.
                for targets in [[Int32(1)], Self.most, [1, 1]] {
                    try route.letPass(from: "lo", by: 1, number: 2)
                    try route.setForwarding(from: 1, to: targets)
                    said.append(try route.forwarding(from: 1))
                }
                try route.removeFilters(from: 1, at: .ingress, .middle)
                said.append(try route.forwarding(from: 1))
                return said.map { $0?.map(\.interface) }
            }
        }
        #expect(try said.get() == [nil, [1], Self.most, [1, 1], nil])
    }
}
