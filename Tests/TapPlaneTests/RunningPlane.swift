import Foundation
import SystemPackage
import TapLinux
import TapPlane
import TapWire

/// A plane at work on a thread of its own, inside a namespace.
final class RunningPlane: Sendable {
    private let stop: StopSignal
    private let done = DispatchSemaphore(value: 0)
    private let failure = Box<any Error>()
    private let published = Box<Ledger>()
    private let mirrored = Box<[CollectingSink.Mirrored]>()
    private let notices = Box<[PlaneNotice]>()

    /// Starts the plane and returns when frames cross.
    init(
        _ lab: LabNamespace,
        _ kind: PlaneKind,
        ports: [String] = ["e0", "e1"],
        monitors: [String] = [],
        keep: PlaneConfiguration.Keep = .all,
        linkFault: PlaneConfiguration.LinkFault = .ignore,
        exitAction: PlaneConfiguration.ExitAction = .restore,
        offloads: PlaneConfiguration.Offloads = .keep,
        resuming ledger: Ledger? = nil,
        of ring: UInt64 = 1
    ) throws {
        stop = try StopSignal()
        notices.set([])
        var configuration = PlaneConfiguration(
            ports: ports,
            monitors: monitors,
            keep: keep,
            stateDirectory: lab.directory,
            exitAction: exitAction,
            linkFault: linkFault,
            offloads: offloads
        )
        configuration.usesDirectHooks = kind != .filters
        let path = FilePath("/var/run/netns/\(lab.name)")
        Thread.detachNewThread { [self, configuration] in
            do { try work(kind, configuration, path, ledger, ring) } catch { failure.set(error) }
            done.signal()
        }
        try Shell.wait(for: "ports that are up") {
            if let error = failure.value { throw error }
            let ledger = self.ledger
            return ledger.ports.count == configuration.interfaces.count
                && ledger.ports.allSatisfy(\.isUp)
        }
    }

    private func work(
        _ kind: PlaneKind,
        _ configuration: PlaneConfiguration,
        _ path: FilePath,
        _ before: Ledger?,
        _ ring: UInt64
    ) throws {
        try NetworkNamespace.enter(path)
        let report = { [notices] (notice: PlaneNotice) in
            notices.set((notices.value ?? []) + [notice])
        }
        let action = configuration.exitAction
        switch kind {
        case .actions: try run(ActionPlane(configuration, report: report), action, before, ring)
        case .packet: try run(PacketPlane(configuration, report: report), action, before, ring)
        case .kernel, .filters:
            try run(KernelPlane(configuration, report: report), action, before, ring)
        }
    }

    private func run<Running: Plane & ~Copyable>(
        _ running: consuming Running,
        _ exitAction: PlaneConfiguration.ExitAction,
        _ before: Ledger?,
        _ ring: UInt64
    ) throws {
        var plane = running
        plane.resume(before ?? Ledger(portCount: plane.ledger.ports.count), of: ring)
        try plane.engage()
        var sink = CollectingSink(ledger: published, frames: mirrored)
        try plane.run(into: &sink, until: stop)
        try plane.disengage(exitAction)
    }

    /// The ledger published last.
    var ledger: Ledger { published.value ?? Ledger(portCount: 0) }
    /// Every frame mirrored so far.
    var frames: [CollectingSink.Mirrored] { mirrored.value ?? [] }
    /// What the plane said so far.
    var said: [PlaneNotice] { notices.value ?? [] }

    /// Stops the plane and waits for its end.
    func finish() throws {
        stop.raise()
        done.wait()
        if let error = failure.value { throw error }
    }
}
