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
