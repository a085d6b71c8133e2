import TapPlane
import TapTesting
import Testing

/// Link faults are passed on, and nothing flaps by itself.
struct LinkFaultTests {
    private let second: Int64 = 1_000_000_000

    private func isWhole(_ world: LinkWorld) -> Bool {
        world.ports.indices.allSatisfy { world.hasCarrier($0) && !world.isHeld($0) }
    }

    @Test func theOtherPortFollowsAtOnceBothWays() {
        for port in 0..<2 {
            var world = LinkWorld(hubs: [2])
            world.run(seconds: 1)
            for _ in 0..<4 {
                world.plug(port, false)
                world.step(1)
                #expect(world.isHeld(1 - port) && !world.isHeld(port))
                world.run(seconds: 3)
                #expect(world.isHeld(1 - port))
                world.plug(port, true)
                // Once to see the carrier; the other one is on then.
                world.step(1)
                #expect(isWhole(world))
                world.run(seconds: 1)
            }
            #expect(world.actionCount == 8)
        }
    }

    @Test func bothCablesOutIsNobodysFault() {
        var world = LinkWorld(hubs: [2])
        world.run(seconds: 1)
        world.plug(0, false)
        world.plug(1, false)
        world.run(seconds: 60)
        #expect(world.actionCount == 0)
        // One is back: what is there has nobody to talk to yet.
        world.plug(0, true)
        world.step(1)
        #expect(world.isHeld(0))
        world.plug(1, true)
        world.step(1)
        #expect(isWhole(world))
    }

    @Test func thePortThatWeTookDownIsNoFault() {
        var world = LinkWorld(hubs: [2])
        world.run(seconds: 1)
        world.plug(0, false)
        world.run(seconds: 1)
        // Nobody can see what happens behind a port that is down.
        world.plug(1, false)
        world.run(seconds: 1)
        #expect(world.isHeld(1) && world.actionCount == 1)
        world.plug(0, true)
        world.step(1)
        #expect(!world.isHeld(1))
        // It gets the time to come up that negotiation takes, then it is faulty itself.
        world.run(seconds: 9)
        #expect(!world.isHeld(0))
        world.run(seconds: 2)
        #expect(world.isHeld(0) && !world.isHeld(1))
        world.plug(1, true)
        world.step(1)
        #expect(isWhole(world))
    }

    @Test func withThreePortsTheRestGoesOn() {
        var world = LinkWorld(hubs: [3])
        world.run(seconds: 1)
        world.plug(0, false)
        world.run(seconds: 60)
        #expect(world.actionCount == 0)
        world.plug(1, false)
        world.step(1)
        #expect(world.isHeld(2))
        world.plug(0, true)
        world.step(1)
        #expect(!world.isHeld(2) && world.hasCarrier(0) && world.hasCarrier(2))
        #expect(world.actionCount == 2)
    }

    @Test func aPortThatIsGoneOrSetDownIsAFault() {
        var world = LinkWorld(hubs: [2])
        world.run(seconds: 1)
        world.ports[0].isPresent = false
        world.step(1)
        #expect(world.isHeld(1))
        world.ports[0].isPresent = true
        world.step(1)
        #expect(isWhole(world))
        world.ports[1].isOn = false
        world.step(1)
        #expect(world.isHeld(0))
        world.ports[1].isOn = true
        world.step(1)
        #expect(isWhole(world))
    }

    @Test func whatSomeoneElseSetsUpIsLeftToHim() {
        var fault = LinkFault(portCount: 2, at: 0)
        #expect(fault.decide([.carrier, .carrier], at: 0) == [])
        #expect(fault.decide([.noCarrier, .carrier], at: 1) == [.takeDown(1)])
        #expect(fault.decide([.noCarrier, .down], at: 2) == [])
        #expect(fault.decide([.noCarrier, .carrier], at: 3) == [.letGo(1)])
        #expect(fault.decide([.noCarrier, .carrier], at: second) == [])
        // The next fault is a new one.
        #expect(fault.decide([.carrier, .carrier], at: 2 * second) == [])
        #expect(fault.decide([.noCarrier, .carrier], at: 3 * second) == [.takeDown(1)])
        #expect(fault.decide([.noCarrier, .gone], at: 4 * second) == [.letGo(1)])
        #expect(fault.decide([.noCarrier, .noCarrier], at: 5 * second) == [])
    }

    @Test func whatCannotBeDoneIsNotTriedForEver() {
        var fault = LinkFault(portCount: 2, at: 0)
        #expect(fault.decide([.carrier, .carrier], at: 0) == [])
        #expect(fault.decide([.noCarrier, .carrier], at: 1) == [.takeDown(1)])
        fault.takingDownFailed(1)
        #expect(fault.decide([.noCarrier, .carrier], at: 2) == [])
        #expect(fault.decide([.carrier, .carrier], at: 3) == [])
        #expect(fault.decide([.noCarrier, .carrier], at: 4) == [.takeDown(1)])
        #expect(fault.decide([.carrier, .down], at: 5) == [.raise(1)])
        fault.raisingFailed(1, at: 5)
        #expect(fault.decide([.carrier, .down], at: 6) == [])
        #expect(fault.decide([.carrier, .down], at: 2 * second) == [.raise(1)])
    }

    @Test func slowLinksComeUpAllTheSame() {
        var world = LinkWorld(hubs: [2])
        for port in 0..<2 { world.ports[port].negotiation = 65 * second }
        world.run(seconds: 3600, milliseconds: 500)
        #expect(isWhole(world))
        world.plug(0, false)
        world.step(1)
        #expect(world.isHeld(1))
        world.plug(0, true)
        let before = world.actionCount
        world.run(seconds: 3600, milliseconds: 500)
        #expect(isWhole(world))
        #expect(world.actionCount - before < 12)
    }

    @Test func aWorldThatAnswersEveryActionWithAFaultIsAnsweredEverMoreRarely() {
        var world = LinkWorld(hubs: [2])
        world.isPerverse = true
        world.run(seconds: 60)
        let early = world.actionCount
        #expect(early > 10)
        world.run(seconds: 24 * 3600, milliseconds: 1000)
        #expect(world.actionCount - early < 40)
    }

    @Test func hubsInARowAgree() {
        var world = LinkWorld(hubs: [2, 2, 2])
        world.join(1, 2)
        world.join(3, 4)
        for port in 0..<6 { world.ports[port].negotiation = second }
        world.run(seconds: 30)
        #expect(isWhole(world) && world.actionCount == 0)
        world.plug(0, false)
        world.run(seconds: 1)
        // The far end of the chain has lost its carrier.
        #expect(world.isHeld(5))
        world.plug(0, true)
        world.run(seconds: 30)
        #expect(isWhole(world))
        world.plug(0, false)
        world.plug(5, false)
        world.run(seconds: 120)
        world.plug(0, true)
        world.run(seconds: 120)
        world.plug(5, true)
        world.run(seconds: 120)
        #expect(isWhole(world))
    }

    @Test(arguments: 0..<60)
    func noWalkLeadsToFlappingOrLeavesAPortDown(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let isChain = seed % 3 == 0
        let hubs = isChain ? [2, 2, 2] : [Int.random(in: 2...4, using: &random)]
        var world = LinkWorld(hubs: hubs)
        if isChain {
            world.join(1, 2)
            world.join(3, 4)
        }
        for port in world.ports.indices {
            let milliseconds = Int64.random(in: 0...15_000, using: &random)
            world.ports[port].negotiation =
                Bool.random(using: &random) ? 0 : milliseconds * 1_000_000
        }
        for _ in 0..<60 {
            stumble(&world, &random)
            for _ in 0..<Int.random(in: 1...200, using: &random) {
                world.step(50_000_000)
                expectSense(world, hubs)
            }
        }
        if !isChain { expectRest(world) }
        for port in world.ports.indices {
            world.plug(port, true)
            world.ports[port].isPresent = true
            if !world.isHeld(port) { world.ports[port].isOn = true }
        }
        let before = world.actionCount
        world.run(seconds: 1200, milliseconds: 250)
        #expect(isWhole(world), "\(world)")
        #expect(world.actionCount - before < 40)
        let after = world.actionCount
        world.run(seconds: 1800, milliseconds: 1000)
        #expect(world.actionCount == after)
    }

    /// Somebody does something to a cable or a port.
    private func stumble(_ world: inout LinkWorld, _ random: inout SplitMix64) {
        let port = Int.random(in: world.ports.indices, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: world.ports[port].isPresent.toggle()
        case 1:
            if !world.isHeld(port) { world.ports[port].isOn.toggle() }
        default: world.plug(port, !world.ports[port].isPlugged)
        }
        // An interface that comes back is prepared anew, and that sets it up.
        if !world.ports[port].isPresent { world.ports[port].isOn = true }
    }

    /// What holds at any time: a hub never takes down more than one port, and so never all.
    private func expectSense(_ world: LinkWorld, _ hubs: [Int]) {
        for hub in hubs.indices {
            let ports = world.ports.indices.filter { world.ports[$0].hub == hub }
            let held = ports.filter { world.isHeld($0) }
            #expect(held.count <= 1)
        }
    }

    /// Where it ends if nothing happens any more: one who is alone is down, nobody else is.
    private func expectRest(_ world: LinkWorld) {
        var world = world
        world.run(seconds: 2400, milliseconds: 500)
        let good = world.ports.indices.filter {
            let port = world.ports[$0]
            return port.isPresent && port.isPlugged && (port.isOn || world.isHeld($0))
        }
        // Of a port that was down when its cable was pulled, nobody can know before there is someone to talk to.
        let held = world.ports.indices.filter { world.isHeld($0) }
        if !good.isEmpty { #expect(held == (good.count == 1 ? good : [])) }
        let count = world.actionCount
        world.run(seconds: 1800, milliseconds: 1000)
        #expect(world.actionCount == count)
    }
}
