import SystemPackage
import TapLinux
import TapPlane
import TapRing
import TapWire

/// The privileged program: claims ports, opens the ring, joins the ports, and lets frames cross.
///
/// The order matters: whatever can fail without touching a port comes first, and the privileges that only
/// set-up needs are gone before the first frame is looked at.
enum Hub {
    /// Joins ports until a signal comes.
    static func run(_ options: HubOptions) throws {
        // Nobody waits for us. Later it would be too late to go: another hub may have made room for this one.
        if let supervisor = options.supervisor, !ProcessControl.isChild(of: supervisor) { return }
        let stop = try StopSignal(
            onSignals: [Signal.terminate, Signal.interrupt],
            handOver: HubCommand.handOverSignal
        )
        ProcessControl.ignore(signals: [Signal.hangUp, Signal.brokenPipe])
        // A wish: without CAP_SYS_NICE the hub is served like any other program.
        try? ProcessControl.goFirst()
        var configuration = options.plane
        configuration.captureLimit = options.snapLength
        switch configuration.plane {
        case .packet: try join(PacketPlane(configuration, report: report), options, stop)
        case .kernel: try joinInKernel(configuration, options, stop)
        case .auto:
            do {
                try joinInKernel(configuration, options, stop)
            } catch let error as PlaneError where error.isOfKernelPlane {
                report(.inUserSpace(error))
                try join(PacketPlane(configuration, report: report), options, stop)
            }
        }
    }

    /// By programs, or where the kernel runs none of ours by actions.
    private static func joinInKernel(
        _ configuration: PlaneConfiguration,
        _ options: HubOptions,
        _ stop: borrowing StopSignal
    ) throws {
        do {
            try join(KernelPlane(configuration, report: report), options, stop)
        } catch let error as PlaneError where error.isOfPrograms {
            report(.byActions(error))
            try join(ActionPlane(configuration, report: report), options, stop)
        }
    }

    private static func report(_ notice: PlaneNotice) { complain("\(notice)") }

    private static func join<Joined: Plane & ~Copyable>(
        _ joined: consuming Joined,
        _ options: HubOptions,
        _ stop: borrowing StopSignal
    ) throws {
        var plane = joined
        try outlive(options.supervisor, goesOn: plane.outlivesProcess)
        try plane.claim()
        let kind: RingPlane = plane.outlivesProcess ? .kernel : .packet
        let ring = try makeRing(options, kind, plane.facts)
        plane.resume(ring.initialLedger, of: ring.identity.low)
        try plane.engage()
        do {
            try CapabilitySet(of: Joined.capabilities).keepOnlyThese()
            try announce(options)
            try mirror(plane: &plane, into: ring, until: stop)
        } catch {
            // Who was told to stop ends in order, whatever failed on the way.
            if stop.isRaised {
                try? plane.disengage(options.plane.exitAction(after: stop))
            } else {
                plane.abandon()
            }
            throw error
        }
        let action = options.plane.exitAction(after: stop)
        if stop.isHandOver {
            complain("hands its ports over: its supervisor has died, or another hub wants them")
        }
        try plane.disengage(action)
        complain(HubTotals.line(plane.ledger, names: options.plane.interfaces))
        complain(HubEnding.line(options.plane, action, goesOn: plane.outlivesProcess))
    }

    /// Sees to it that the wire outlives the supervisor.
    ///
    /// Where frames go on crossing in the kernel, the hub is asked to hand over when the supervisor dies: nobody would start
    /// an observer again, or end the hub, and the next hub finds the ports as after a crash of this one. Where frames
    /// cross in this process it goes on, until another hub wants the ports (`OrphanedHub`).
    private static func outlive(_ supervisor: Int32?, goesOn: Bool) throws(Errno) {
        guard let supervisor, goesOn else { return }
        try ProcessControl.signal(HubCommand.handOverSignal, atEndOf: supervisor)
    }

    /// Lets frames cross.
    ///
    /// The threads that a ring on a disk needs are started here, with no privilege left.
    private static func mirror(
        plane: inout some Plane & ~Copyable,
        into ring: consuming RingWriter,
        until stop: borrowing StopSignal
    ) throws {
        let path = ring.path
        let sync = try ring.startSync { error in
            complain("ring \(path): writing it out to the disk failed: \(error)")
        }
        // Where the kernel forwards, only the mirror waits for the disk.
        if try !plane.outlivesProcess && ring.isOnDisk() {
            var queued = try ring.queued()
            try plane.run(into: &queued, until: stop)
            queued.finish()
        } else {
            var ring = ring
            try plane.run(into: &ring, until: stop)
        }
        sync?.stop()
    }

    /// Puts back what hubs that were killed left on their ports.
    static func restore(stateDirectory: String) throws {
        let ports = try PortRestoration.restoreAll(stateDirectory: stateDirectory)
        let what =
            ports.isEmpty ? "nothing to restore" : "restored \(ports.joined(separator: ", "))"
        try StandardStreams.write("\(what)\n", to: .standardOutput)
    }

    /// Tells people what happened, on standard error.
    static func complain(_ sentence: String) { StandardStreams.complain("hubtap-hub: \(sentence)") }

    private static func makeRing(
        _ options: HubOptions,
        _ plane: RingPlane,
        _ facts: [InterfaceFacts]
    ) throws(RingError) -> RingWriter {
        let monitors = Set(options.plane.monitors)
        return try RingWriter(
            RingConfiguration(
                path: options.ringPath,
                byteCount: options.ringByteCount,
                snapLength: options.snapLength,
                syncInterval: .milliseconds(options.syncMilliseconds),
                plane: plane,
                replacesOther: options.replacesRing
            ),
            ports: facts.map { port in
                RingPort(
                    name: port.name,
                    mac: port.mac,
                    mtu: port.mtu,
                    speedMegabits: port.speedMegabits,
                    isMonitor: monitors.contains(port.name)
                )
            },
            at: FileMappingClock.now()
        )
    }

    private static func announce(_ options: HubOptions) throws(Errno) {
        guard let number = options.readyDescriptor else { return }
        let descriptor = FileDescriptor(rawValue: number)
        do throws(Errno) {
            try StandardStreams.write("ready\n", to: descriptor)
        } catch {
            // Who waited for it is gone; that is no reason to cut the wire.
            guard error == .brokenPipe else { throw error }
        }
        try? descriptor.close()
    }
}
