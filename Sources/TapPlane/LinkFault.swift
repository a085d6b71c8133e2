/// Passes the fault of a link on: the devices on the other ports notice it as if they were on the same cable.
///
/// Theory of operation. A port is faulty while it has no carrier, is switched off by someone, or is gone. One that
/// has a carrier is taken down when all others are faulty: what is cabled to it has nobody left to talk to.
/// It is set up again as soon as one of the others has a carrier. So with two ports the one follows the other; with
/// more the rest goes on as long as two of them can talk. Faulty ports stay up, or their carrier could not be
/// seen coming back: never are all ports taken down, and never more than one.
///
/// A port that is set up, by us or at the start, is `settling`: it has no carrier because of us, for as long as
/// negotiation takes. One that never gets a carrier in that time is faulty after all. A port that we took
/// down and someone else sets up is theirs: it is left alone until the fault is over.
///
/// Nothing here may go on for ever by itself. Taking a port down adds strain, which a while at rest takes away.
/// Strain doubles the time that settling may take, and much of it delays taking down. So what
/// answers us with a fault of its own, again and again, is answered ever more rarely.
package struct LinkFault: Sendable {
    /// What is seen of a port.
    package enum Sight: Hashable, Sendable {
        case carrier
        case noCarrier
        /// Switched off, by us or by someone else.
        case down
        case gone
    }

    /// What is to be done.
    package enum Action: Hashable, Sendable {
        case takeDown(Int)
        case raise(Int)
        /// Somebody else set the port up that we took down, or it is gone: it is ours no longer.
        case letGo(Int)
        /// The port will be taken down after so long, if the fault lasts: there were too many before it.
        case postpone(Int, nanoseconds: Int64)
    }

    // From      to        when
    // settling  up        there is a carrier
    // settling  faulty    its time is over, or it is switched off or gone
    // up        faulty    anything but a carrier
    // faulty    up        there is a carrier
    // up        held      all others are faulty: takeDown
    // held      settling  one of the others is not: raise; or someone else set it up: letGo
    // held      faulty    gone: letGo
    private enum Phase: Hashable, Sendable {
        case settling(until: Int64)
        case up
        case faulty
        case held(notBefore: Int64)
    }

    private struct Port: Sendable {
        var phase: Phase
        /// True if it is left alone although all others are faulty.
        var isExempt = false
        /// When it was first seen that it should be taken down.
        var dueSince: Int64?
    }

    private var ports: [Port]
    private var strain = 0
    private var restingSince: Int64?

    /// Watches over `portCount` ports that were all set up at `now`, in nanoseconds of any steady clock.
    package init(portCount: Int, at now: Int64) {
        let phase = Phase.settling(until: now &+ Self.settlingTime)
        ports = Array(repeating: Port(phase: phase), count: portCount)
    }

    /// What is to be done about what is seen of the ports, one sight a port, all newer than the last action.
    package mutating func decide(_ sights: [Sight], at now: Int64) -> [Action] {
        precondition(sights.count == ports.count)
        var actions: [Action] = []
        for port in ports.indices where see(sights[port], port, at: now) {
            actions.append(.letGo(port))
        }
        for port in ports.indices {
            if let action = decide(port, at: now) { actions.append(action) }
        }
        noteRest(at: now)
        return actions
    }

    /// A port could not be set up: it is tried again a little later.
    package mutating func raisingFailed(_ port: Int, at now: Int64) {
        ports[port].phase = .held(notBefore: now &+ Self.retryTime)
    }

    /// A port could not be taken down: it is left alone until this fault is over.
    package mutating func takingDownFailed(_ port: Int) {
        ports[port].phase = .up
        ports[port].isExempt = true
    }

    /// True if the hub keeps the port down.
    package func isHeld(_ port: Int) -> Bool {
        if case .held = ports[port].phase { true } else { false }
    }

    /// Moves a port on; true if it was held and is ours no longer.
    private mutating func see(_ sight: Sight, _ port: Int, at now: Int64) -> Bool {
        let old = ports[port].phase
        switch (old, sight) {
        case (.held, .down): return false
        case (.held, .gone): ports[port].phase = .faulty
        case (.held, .carrier), (.held, .noCarrier):
            ports[port].phase =
                sight == .carrier ? .up : .settling(until: now &+ Self.settlingTime)
            ports[port].isExempt = true
        case (_, .carrier): ports[port].phase = .up
        case (.settling(let end), .noCarrier):
            if now >= end { ports[port].phase = .faulty }
        case (.up, _), (.faulty, _), (.settling, _): ports[port].phase = .faulty
        }
        if case .held = old { return true }
        return false
    }

    private mutating func decide(_ port: Int, at now: Int64) -> Action? {
        let isAlone = ports.indices.allSatisfy { $0 == port || ports[$0].phase == .faulty }
        guard isAlone else {
            ports[port].isExempt = false
            ports[port].dueSince = nil
            guard case .held(let time) = ports[port].phase, now >= time else { return nil }
            let doublings = min(max(strain - 1, 0), 16)
            ports[port].phase = .settling(until: now &+ Self.settlingTime << doublings)
            return .raise(port)
        }
        guard ports[port].phase == .up, !ports[port].isExempt else {
            ports[port].dueSince = nil
            return nil
        }
        let isNew = ports[port].dueSince == nil
        let due = ports[port].dueSince ?? now
        ports[port].dueSince = due
        guard now &- due >= delay else {
            return isNew ? .postpone(port, nanoseconds: delay) : nil
        }
        ports[port].phase = .held(notBefore: now)
        ports[port].dueSince = nil
        strain += 1
        return .takeDown(port)
    }

    /// How long a fault must last before it is passed on.
    private var delay: Int64 {
        let excess = strain - Self.freeStrain
        return excess <= 0 ? 0 : Self.firstDelay << min(excess - 1, 16)
    }

    // At rest: nothing is held, awaited or about to be taken down.
    private mutating func noteRest(at now: Int64) {
        let isAtRest = ports.allSatisfy { port in
            guard port.dueSince == nil else { return false }
            return switch port.phase {
            case .up, .faulty: true
            case .settling, .held: false
            }
        }
        guard isAtRest else {
            restingSince = nil
            return
        }
        let since = restingSince ?? now
        restingSince = since
        if now &- since >= Self.restTime { strain = 0 }
    }

    /// Nanoseconds that two ends may take to agree on a speed.
    package static let settlingTime: Int64 = 10_000_000_000
    /// Nanoseconds without any action after which all strain is forgotten.
    package static let restTime: Int64 = 10_000_000_000
    /// How many faults in a row are passed on at once.
    package static let freeStrain = 8
    private static let firstDelay: Int64 = 1_000_000_000
    private static let retryTime: Int64 = 1_000_000_000
}
