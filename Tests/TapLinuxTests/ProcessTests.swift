import Foundation
import SystemPackage
import TapLinux
import Testing

struct ProcessTests {
    @Test func aStopSignalStaysRaised() throws {
        let stop = try StopSignal()
        let before = stop.isRaised
        stop.raise()
        let after = [stop.isRaised, stop.isRaised]
        #expect(!before)
        #expect(after == [true, true])
    }

    /// Whatever comes beside it, a wish to end is one.
    @Test(arguments: [
        ([], false, false), ([SIGUSR1], true, true), ([SIGTERM], true, false),
        ([SIGUSR1, SIGTERM], true, false), ([SIGTERM, SIGUSR1], true, false),
    ])
    func aHandOverIsNoWishToEnd(_ signals: [CInt], _ isRaised: Bool, _ isHandOver: Bool)
        async throws
    {
        let found = try await withCheckedThrowingContinuation { continuation in
            // Signals of a thread of its own end with it.
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let stop = try StopSignal(onSignals: [SIGTERM], handOver: SIGUSR1)
                        for signal in signals { pthread_kill(pthread_self(), signal) }
                        return [stop.isRaised, stop.isHandOver]
                    }
                )
            }
        }
        #expect(found == [isRaised, isHandOver])
    }

    @Test func aProcessIsSeen() throws {
        let own = try #require(ProcessControl.commandLine(of: getpid()))
        #expect(own == CommandLine.arguments)
        #expect(ProcessControl.parent(of: getpid()) == getppid())
        #expect(ProcessControl.commandLine(of: 0) == nil)
        #expect(ProcessControl.parent(of: 0) == nil)
    }

    @Test func capabilitiesHaveTheirNames() {
        #expect(Capability.netAdmin.name == "CAP_NET_ADMIN")
        #expect(Capability.netRaw.name == "CAP_NET_RAW")
        let set = CapabilitySet(of: [.netRaw])
        #expect(set.grants(.netRaw))
        #expect(!set.grants(.netAdmin))
    }

    @Test func aSettingIsRead() throws {
        #expect(try Sysctl("kernel/ostype").value() == "Linux")
        #expect(try Sysctl("net/ipv4/conf/no-such-interface/arp_ignore").value() == nil)
    }

    @Test func theNamespaceHasAnIdentity() throws {
        #expect(try NetworkNamespace.identity() == NetworkNamespace.identity())
        #expect(throws: Errno.noSuchFileOrDirectory) { try NetworkNamespace.enter("/nowhere") }
    }
}
