import SystemPackage
import TapLinux
import TapWire

/// Follows what happens to the ports while a plane runs: links, names, MTUs, interfaces that go and come.
///
/// Every plane uses it in the same way: wait for `descriptor`, call `tend` then and every while, and do the tasks
/// that come back. Everything else, link faults included, is done here, and told as notices.
struct PortKeeper: ~Copyable {
    let ports: [PlanePort]
    let configuration: PlaneConfiguration
    let report: (PlaneNotice) -> Void
    let control: InterfaceControl
    var watch: PortWatch
    var fault: LinkFault?
    private var news: LinkWatch
    private var nextLook: Int64 = 0
    private var attempts: [Attempt]

    /// When a return is tried, and whether the last one was refused: that is told once.
    private struct Attempt {
        var next: Int64 = 0
        var isRefused = false
    }

    /// Begins to follow ports that are claimed and prepared.
    init(
        _ ports: [PlanePort],
        _ configuration: PlaneConfiguration,
        report: @escaping (PlaneNotice) -> Void,
        at now: Int64
    ) throws(PlaneError) {
        do throws(Errno) {
            // Before anything is looked at, so that no change falls in between.
            self.init(ports, configuration, report, try LinkWatch(), try InterfaceControl(), now)
        } catch {
            throw PlaneError(.system(step: "listen to changes of interfaces"), errno: error)
        }
    }

    private init(
        _ ports: [PlanePort],
        _ configuration: PlaneConfiguration,
        _ report: @escaping (PlaneNotice) -> Void,
        _ news: consuming LinkWatch,
        _ control: consuming InterfaceControl,
        _ now: Int64
    ) {
        self.ports = ports
        self.configuration = configuration
        self.report = report
        self.news = news
        self.control = control
        watch = PortWatch(
            ports.map { LinkState($0.facts) },
            addresses: ports.map(\.facts.addresses)
        )
        if configuration.linkFault == .pass {
            fault = LinkFault(portCount: configuration.ports.count, at: now)
        }
        attempts = Array(repeating: Attempt(), count: ports.count)
        for port in ports.indices { tellOffloads(of: port) }
    }

    /// Readable when there is something to tend.
    var descriptor: FileDescriptor { news.descriptor }

    /// How the link of a port is.
    func state(of port: Int) -> PortState { watch.state(of: port) }

    /// Takes in what happened, passes link faults on, and says what the plane has to do.
    mutating func tend(at now: Int64) -> [PortTask] {
        var tasks: [PortTask] = []
        switch news.news() {
        case .messages(let messages):
            for message in messages { follow(watch.note(message, at: now), &tasks) }
        case .lookAgain: nextLook = now
        }
        // Once a second for the case that the kernel did not say something.
        if now >= nextLook {
            nextLook = now &+ Self.lookNanoseconds
            look(at: now, &tasks)
            follow(watch.tick(at: now), &tasks)
        }
        passFaults(at: now)
        // Not in the round in which it vanished: what its ring holds is taken first.
        for port in ports.indices
        where watch.candidate(for: port) != nil && now >= attempts[port].next
            && !tasks.contains(.part(port))
        {
            attempts[port].next = now &+ Self.attemptNanoseconds
            tasks.append(.join(port))
        }
        return tasks
    }

    /// Checks the interface that is there again and takes note of it; nil if it is gone already.
    func recheck(_ port: Int) throws(PlaneError) -> InterfaceFacts? {
        guard let candidate = watch.candidate(for: port),
            let facts = try PortClaims.facts(of: candidate.name)
        else { return nil }
        try PortClaims.check(facts, configuration)
        return facts
    }

    /// The interface is a port again.
    mutating func joined(_ port: Int, _ facts: InterfaceFacts, at now: Int64) {
        attempts[port] = Attempt()
        report(.returned(facts.name))
        tellOffloads(of: port)
        var tasks: [PortTask] = []
        follow(watch.join(port, LinkState(facts), at: now), &tasks)
        look(at: port, now, &tasks)
    }

    /// The interface could not be joined; it is tried again a little later.
    mutating func refused(_ port: Int, _ error: PlaneError) {
        if !attempts[port].isRefused { report(.refused(ports[port].name, error)) }
        attempts[port].isRefused = true
    }

    private func tellOffloads(of port: Int) {
        guard let changes = ports[port].takeOffloadChanges() else { return }
        report(.offloads(ports[port].name, changes))
    }

    private static let lookNanoseconds: Int64 = 1_000_000_000
    /// How often the return of an interface is tried.
    private static let attemptNanoseconds: Int64 = 500_000_000
}

extension LinkState {
    /// What was found of the link when the interface was claimed; its master is told by name only.
    init(_ facts: InterfaceFacts) {
        self.init(
            index: facts.index,
            name: facts.name,
            isUp: facts.flags.contains(.up),
            isRunning: facts.flags.isSuperset(of: [.up, .running]),
            mtu: facts.mtu
        )
    }
}
