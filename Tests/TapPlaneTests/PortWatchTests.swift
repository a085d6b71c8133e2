import TapLinux
import TapPlane
import TapTesting
import TapWire
import Testing

/// What messages of the kernel mean for ports.
struct PortWatchTests {
    private let second: Int64 = 1_000_000_000
    private let e0 = LinkState(index: 5, name: "eth0")
    private let e1 = LinkState(index: 6, name: "eth1")

    private func watch() -> PortWatch { PortWatch([e0, e1], addresses: [[], ["192.0.2.1/24"]]) }

    private func changed(_ link: LinkState, _ change: (inout LinkState) -> Void) -> LinkMessage {
        var link = link
        change(&link)
        return .state(link)
    }

    @Test func whatChangesNothingIsNoEvent() {
        var watch = watch()
        #expect(watch.note(.state(e0), at: 0) == [])
        #expect(watch.note(.state(LinkState(index: 9, name: "eth9")), at: 0) == [])
        #expect(watch.note(.removed(index: 9), at: 0) == [])
        #expect(watch.state(of: 0) == .up)
    }

    @Test func aPortIsGoneAndComesBackUnderItsName() {
        var watch = watch()
        #expect(watch.note(.removed(index: 6), at: 0) == [.vanished(1)])
        #expect(watch.state(of: 1) == .gone)
        // A new interface, which gets the port's name only then.
        let new = LinkState(index: 9, name: "eth7")
        #expect(watch.note(.state(new), at: 1) == [])
        let named = LinkState(index: 9, name: "eth1", isRunning: false)
        #expect(watch.note(.state(named), at: 2) == [.appeared(1)])
        #expect(watch.note(.state(named), at: 3) == [])
        #expect(watch.state(of: 1) == .gone)
        #expect(watch.candidate(for: 1) == named)
        #expect(watch.join(1, named, at: 4) == [])
        #expect(watch.state(of: 1) == .noCarrier)
        // Its first carrier is what everyone expects.
        #expect(watch.note(changed(named) { $0.isRunning = true }, at: 5) == [])
        #expect(watch.state(of: 1) == .up)
    }

    @Test func aNumberThatIsUsedAgainIsAnotherInterface() {
        var watch = watch()
        let events = [.removed(index: 6), .state(e1)].flatMap { watch.note($0, at: 0) }
        #expect(events == [.vanished(1), .appeared(1)])
    }

    @Test func aCandidateThatLeavesIsNone() {
        var watch = watch()
        _ = watch.note(.removed(index: 6), at: 0)
        let new = LinkState(index: 9, name: "eth1")
        #expect(watch.note(.state(new), at: 0) == [.appeared(1)])
        #expect(watch.note(changed(new) { $0.name = "other" }, at: 0) == [])
        #expect(watch.candidate(for: 1) == nil)
        #expect(watch.note(.state(new), at: 0) == [.appeared(1)])
        #expect(watch.note(.removed(index: 9), at: 0) == [])
        #expect(watch.candidate(for: 1) == nil)
    }

    @Test func aNewNameIsTheSamePort() {
        var watch = watch()
        let renamed = changed(e0) { $0.name = "wan0" }
        #expect(watch.note(renamed, at: 0) == [.renamed(0, from: "eth0", to: "wan0")])
        #expect(watch.state(of: 0) == .up)
        // Another interface under the old name is nothing to it.
        #expect(watch.note(.state(LinkState(index: 9, name: "eth0")), at: 0) == [])
        // Once it is gone, either name will do.
        #expect(watch.note(.removed(index: 5), at: 0) == [.vanished(0)])
        #expect(watch.names(of: 0) == ["wan0", "eth0"])
        #expect(watch.note(.state(LinkState(index: 9, name: "eth0")), at: 0) == [.appeared(0)])
    }

    @Test func namesThatChangePlacesAreTwoNewNames() {
        var watch = watch()
        let messages = [
            changed(e0) { $0.name = "tmp" }, changed(e1) { $0.name = "eth0" },
            changed(e0) { $0.name = "eth1" },
        ]
        #expect(
            messages.flatMap { watch.note($0, at: 0) } == [
                .renamed(0, from: "eth0", to: "tmp"), .renamed(1, from: "eth1", to: "eth0"),
                .renamed(0, from: "tmp", to: "eth1"),
            ]
        )
    }

    @Test func unequalMTUsAreNamed() {
        var watch = watch()
        let least = PortMTU(name: "eth1", mtu: 1500)
        let grown = changed(e0) { $0.mtu = 9000 }
        #expect(watch.note(grown, at: 0) == [.mtuChanged(0, mtu: 9000, shortest: least)])
        let equal = changed(e1) { $0.mtu = 9000 }
        #expect(watch.note(equal, at: 0) == [.mtuChanged(1, mtu: 9000, shortest: nil)])
        _ = watch.note(.removed(index: 6), at: 0)
        let events = watch.join(1, LinkState(index: 9, name: "eth1"), at: 0)
        #expect(events == [.mtuChanged(1, mtu: 1500, shortest: least)])
    }

    @Test func mastersAndAddressesAreToldOnce() throws {
        var watch = watch()
        let mastered = changed(e0) { $0.master = 3 }
        #expect(watch.note(mastered, at: 0) == [.mastered(0, master: 3)])
        #expect(watch.note(mastered, at: 0) == [])
        #expect(watch.note(.state(e0), at: 0) == [])
        let address = try #require(IPAddress("192.0.2.1"))
        let added = LinkMessage.address(index: 6, address: address, prefixLength: 24)
        // It was there when the port was claimed.
        #expect(watch.note(added, at: 0) == [])
        let gone = LinkMessage.addressRemoved(index: 6, address: address, prefixLength: 24)
        #expect(watch.note(gone, at: 0) == [])
        #expect(watch.note(added, at: 0) == [.addressed(1, address: "192.0.2.1/24")])
    }

    @Test func aLostCarrierIsToldAtOnce() {
        var watch = watch()
        #expect(watch.tick(at: 0) == [])
        let lost = changed(e0) { $0.isRunning = false }
        #expect(watch.note(lost, at: 1) == [.carrierLost(0)])
        #expect(watch.state(of: 0) == .noCarrier)
        #expect(watch.tick(at: 9 * second) == [])
        #expect(watch.note(.state(e0), at: 9 * second) == [.carrierBack(0)])
    }

    @Test func aCarrierThatDoesNotComeIsToldAfterAWhile() {
        var watch = watch()
        _ = watch.note(changed(e0) { $0.isRunning = false }, at: 0)
        #expect(watch.tick(at: second) == [])
        #expect(watch.tick(at: 5 * second) == [.carrierLost(0)])
    }

    @Test func onlyALastingDownIsTold() {
        var watch = watch()
        _ = watch.tick(at: 0)
        let down = changed(e0) { link in
            link.isUp = false
            link.isRunning = false
        }
        #expect(watch.note(down, at: 0) == [])
        #expect(watch.state(of: 0) == .down)
        #expect(watch.note(.state(e0), at: second / 2) == [])
        #expect(watch.note(down, at: second) == [])
        #expect(watch.tick(at: 2 * second) == [.setDown(0)])
        let waiting = changed(e0) { $0.isRunning = false }
        #expect(watch.note(waiting, at: 3 * second) == [])
        #expect(watch.note(.state(e0), at: 4 * second) == [.setUp(0)])
    }

    @Test func whatTheHubTookDownIsNotToldAsSomeoneElses() {
        var watch = watch()
        _ = watch.tick(at: 0)
        watch.setHeld(true, 0)
        let down = changed(e0) { link in
            link.isUp = false
            link.isRunning = false
        }
        #expect(watch.note(down, at: 0) == [])
        #expect(watch.state(of: 0) == .linkFault)
        #expect(watch.tick(at: 9 * second) == [])
        watch.setHeld(false, 0)
        #expect(watch.note(.state(e0), at: 9 * second) == [])
        #expect(watch.state(of: 0) == .up)
    }

    @Test func noMessagesTrap() {
        var random = SplitMix64(seed: 0x706F_7274)
        for _ in 0..<200 {
            var watch = watch()
            for now in 0..<100 {
                let index = Int32.random(in: 4...8, using: &random)
                let name = "eth\(Int.random(in: 0...2, using: &random))"
                let link = LinkState(
                    index: index,
                    name: name,
                    isRunning: Bool.random(using: &random),
                    mtu: Int.random(in: 0...2, using: &random)
                )
                let isGone = Int.random(in: 0..<4, using: &random) == 0
                for event in watch.note(
                    isGone ? .removed(index: index) : .state(link),
                    at: Int64(now)
                ) {
                    guard case .appeared(let port) = event, Bool.random(using: &random),
                        let candidate = watch.candidate(for: port)
                    else { continue }
                    _ = watch.join(port, candidate, at: Int64(now))
                }
                // No interface is two ports.
                let indices = (0..<2).compactMap { watch.link(of: $0)?.index }
                #expect(Set(indices).count == indices.count)
            }
        }
    }
}
