import ArgumentParser
import Foundation
import TapConfig
import TapPlane
import TapRing

/// What `run` and `hub` ask of the hub, on top of the configuration.
struct PortOptions: ParsableArguments {
    @Argument(
        help: "The interfaces to join, two or more; they win over those of the configuration.",
        completion: .shellCommand("ls /sys/class/net")
    )
    var ports: [String] = []

    @Option(
        help: "An interface that gets a copy of everything and may send nothing; can be repeated.",
        completion: .shellCommand("ls /sys/class/net")
    )
    var monitor: [String] = []

    @Option(
        help: """
            Who carries the frames: kernel, which goes on when hubtap ends or dies; packet, which is user space; or \
            auto, the kernel where it can. Default: auto.
            """
    )
    var plane: PlaneConfiguration.Choice?

    @Option(help: "The file of the mirror ring.", completion: .file())
    var ring: String?

    @Option(help: "The size of the mirror ring, such as 256MiB.")
    var ringSize: ByteSize?

    @Option(help: "How many octets of each frame the ring keeps; 0 keeps whole frames.")
    var snaplen: Int?

    @Option(
        help: """
            How often a ring on a disk is written out, such as 1s, so that a loss of power costs no more; 0s leaves \
            that to the kernel. A ring in memory is never written out. Default: 1s.
            """
    )
    var ringSync: TimeSpan?

    @Option(
        help: """
            Which frames the ring is to hold: all, headers (of all), mail (alone, which costs the least), or what \
            matches a filter such as "tcp port 25". Default: all.
            """
    )
    var keep: String?

    @Flag(help: "Take ports that have an address, are in a bridge, or carry filters of others.")
    var force = false

    @Flag(help: "Throw away a ring of another size, version or port list in the same place.")
    var replaceRing = false

    @Option(
        help: """
            What an orderly end leaves: restore puts the ports back as they were; keep leaves them joined, so that \
            frames go on crossing in the kernel (prepared, if they crossed in user space) until the next hub or \
            `hubtap restore`. Default: keep when a service manager starts it (INVOCATION_ID is set, no terminal), \
            else restore.
            """
    )
    var onExit: PlaneConfiguration.ExitAction?

    @Option(
        help: """
            What happens when a port has no carrier: pass takes a port down while no other has one, so that what is \
            cabled to it notices; ignore does nothing. Default: ignore.
            """
    )
    var linkFault: PlaneConfiguration.LinkFault?

    @Option(
        help: """
            What happens to the receive offloads of the ports, which join frames before they are mirrored: exact \
            switches them off while the hub runs, so that the mirror is as the wire; keep leaves them. Default: keep.
            """
    )
    var offloads: PlaneConfiguration.Offloads?

    @Option(
        help: "Where the ports' original state is noted before it changes.",
        completion: .directory
    )
    var stateDirectory: String = HubtapConfiguration.defaultStateDirectory

    @OptionGroup var configuration: ConfigurationOptions

    /// The configuration with these options on top of it.
    func load() throws(Failure) -> HubtapConfiguration {
        let settings = try applied(to: try configuration.load())
        guard !settings.ports.isEmpty else { throw Self.noPorts }
        return settings
    }

    /// A configuration with these options on top of it.
    func applied(to configuration: HubtapConfiguration) throws(Failure) -> HubtapConfiguration {
        var settings = configuration
        if !ports.isEmpty { settings.ports = ports }
        if !monitor.isEmpty { settings.monitor = monitor }
        if let plane { settings.plane = plane }
        if let onExit { settings.onExit = onExit }
        if let linkFault { settings.linkFault = linkFault }
        if let offloads { settings.offloads = offloads }
        if let ring { settings.ring.path = ring }
        if let ringSize { settings.ring.byteCount = ringSize.octets }
        if let ringSync { settings.ring.syncInterval = ringSync.duration }
        if let keep {
            do throws(KeepError) {
                settings.keep = try PlaneConfiguration.Keep(words: keep)
            } catch {
                throw .usage("--keep \(error)")
            }
        }
        if let snaplen { settings.ring.snapLength = snaplen }
        return settings
    }

    /// Why nothing can be done without ports.
    static var noPorts: Failure {
        .usage(
            "no ports: name two or more interfaces, such as `hubtap run eth0 eth1`, "
                + "or give them as `ports` in the configuration"
        )
    }

    /// What the hub program is told, so that it serves `settings`.
    func hub(_ settings: HubtapConfiguration) -> HubOptions {
        // A service that is started again, or replaced by a newer one, is no reason to cut the wire.
        let usual: PlaneConfiguration.ExitAction = ServiceManager.hasStartedUs ? .keep : .restore
        let plane = PlaneConfiguration(
            plane: settings.plane,
            ports: settings.ports,
            monitors: settings.monitor,
            keep: settings.keep,
            mailPorts: settings.mail.ports,
            force: force,
            stateDirectory: stateDirectory,
            exitAction: settings.onExit ?? usual,
            linkFault: settings.linkFault,
            offloads: settings.offloads
        )
        return HubOptions(
            plane: plane,
            ringPath: settings.ring.path,
            ringByteCount: settings.ring.byteCount,
            snapLength: settings.ring.snapLength,
            syncMilliseconds: Int(settings.ring.syncInterval / .milliseconds(1)),
            replacesRing: replaceRing
        )
    }
}
