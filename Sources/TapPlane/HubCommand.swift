import Glibc

/// What the privileged program is asked to do.
public enum HubCommand: Hashable, Sendable {
    /// Join ports until a signal comes.
    case run(HubOptions)
    /// Take the changes of a hub that was killed off its ports.
    case restore(stateDirectory: String)
    /// Say the version.
    case version
    /// Say how it is used.
    case help

    /// Reads a command line, without the program's name.
    public init(parsing arguments: [String]) throws(UsageError) {
        var parser = OptionParser(arguments)
        while let option = try parser.next() { try parser.take(option) }
        self = try parser.command()
    }

    /// The signal that asks a hub to end and leave its ports to the next one, whatever its exit action.
    public static let handOverSignal: Int32 = SIGUSR1

    /// What `--help` prints.
    public static let usage = """
        Usage: hubtap-hub --port NAME --port NAME [--port NAME...] [OPTION...]
               hubtap-hub --restore [--state-directory DIR]

        Joins Ethernet interfaces into one wire and copies every frame into the mirror ring.
        Usually "hubtap run" starts it.

          --port NAME            an interface to join; give it once for each, at least twice
          --monitor NAME         an interface that gets a copy of everything and may send nothing
          --ring PATH            the ring (/dev/shm/hubtap/ring)
          --ring-size OCTETS     how large it may be (268435456)
          --snaplen OCTETS       how much of each frame it keeps, 0 for all (0)
          --ring-sync MS         how often a ring on a disk is written out, 0 for never (1000)
          --keep WHAT            all frames, headers only, mail only, or what a compiled filter matches (all)
          --mail-port PORT       a TCP port of mail; give it once for each (25, 465, 587, 2525)
          --replace-ring         throw away a ring of another size or other ports in its place
          --state-directory DIR  where changes to the ports are noted (/run/hubtap)
          --plane PLANE          kernel, packet, or auto: the kernel where it can (auto)
          --on-exit ACTION       restore the ports, or keep them: joined, or with packet prepared (restore)
          --link-fault ACTION    pass: take a port down while no other has a carrier, or ignore (ignore)
          --offloads ACTION      exact: ports join no frames, so that the mirror is as the wire, or keep (keep)
          --force                take ports with an address, in a bridge, or with filters
          --slots N              frames the kernel may hold for us, a port (2048)
          --batch N              frames that cross with one system call (64)
          --spin MICROSECONDS    how long to look for the next frame before sleeping (50)
          --supervisor PID       the process that starts this one; frames go on crossing when it dies
          --ready-fd N           write "ready" to this descriptor when frames cross
          --restore              put the ports of a hub that was killed back as they were
          --version, --help

        Example: hubtap-hub --port eth0 --port eth1 --ring /dev/shm/hubtap/ring

        SIGTERM and SIGINT end it. SIGUSR1 ends it, too, and leaves the ports to the next hub, whatever --on-exit says.

        Exit status: 0 done, 1 failed while running, 2 wrong usage or configuration.
        """
}
