import Glibc
import Synchronization
import SystemPackage
import TapLinux
import Testing

@Suite("The right to use an interface as a port")
struct InterfaceLockTests {
    @Test("It is given once, told by its owner, and free again when it is given back")
    func once() throws {
        let name = "lock-once"
        do {
            let lock = try InterfaceLock(interface: name)
            #expect(InterfaceLock.owner(ofInterface: name) == getpid())
            #expect(throws: Errno.addressInUse) { _ = try InterfaceLock(interface: name) }
            withExtendedLifetime(lock) {}
        }
        #expect(InterfaceLock.owner(ofInterface: name) == nil)
        _ = try InterfaceLock(interface: name)
    }

    @Test("What this process is about to give back is waited for")
    func givenBack() throws {
        let name = "lock-given-back"
        let isTaken = Atomic(false)
        let thread = try WorkerThread("holder") {
            guard let lock = try? InterfaceLock(interface: name) else { return }
            isTaken.store(true, ordering: .releasing)
            // For some milliseconds at least, while the other one asks for it.
            for _ in 0..<2_000 { _ = InterfaceLock.owner(ofInterface: name) }
            withExtendedLifetime(lock) {}
        }
        while !isTaken.load(ordering: .acquiring) {}
        _ = try InterfaceLock(interface: name)
        thread.join()
    }
}
