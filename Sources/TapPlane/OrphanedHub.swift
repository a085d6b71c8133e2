import SystemPackage
import TapLinux

/// A hub whose supervisor has died.
///
/// Where frames cross in its own process it goes on, so that the wire does, until another hub wants its ports. It is
/// known by its command line, which names the supervisor, and by its parent, which is another one by now: so no hub
/// that somebody looks after is asked to go, nor a stranger who holds the address of a port's lock.
struct OrphanedHub {
    private let processID: Int32
    private let port: String

    /// How long it may take to end, as long as any other hub.
    private static let patience = 200
    private static let napNanoseconds: Int64 = 10_000_000

    /// The one that has a port; nil if nobody has, or one that is no orphan.
    init?(having port: String) {
        guard let owner = InterfaceLock.owner(ofInterface: port),
            let words = ProcessControl.commandLine(of: owner),
            case .run(let options)? = try? HubCommand(parsing: Array(words.dropFirst())),
            let supervisor = options.supervisor,
            let parent = ProcessControl.parent(of: owner), parent != supervisor
        else { return nil }
        processID = owner
        self.port = port
    }

    /// Asks it to hand its ports over, and waits until it has.
    func end() {
        ProcessControl.send(HubCommand.handOverSignal, to: processID)
        for _ in 0..<Self.patience where InterfaceLock.owner(ofInterface: port) == processID {
            FileMappingClock.pause(nanoseconds: Self.napNanoseconds)
        }
    }
}

extension InterfaceLock {
    /// Takes the right to use a port, from an orphaned hub, too.
    static func take(port name: String) throws(Errno) -> InterfaceLock {
        OrphanedHub(having: name)?.end()
        return try InterfaceLock(interface: name)
    }
}
