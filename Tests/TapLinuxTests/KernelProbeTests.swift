import Foundation
import SystemPackage
import TapLinux
import Testing

struct KernelProbeTests {
    @Test func everyFeatureGetsAnAnswer() {
        #expect(Set(KernelProbe.answers().keys) == Set(KernelFeature.allCases))
    }

    @Test func aThrowawayNamespaceIsAnotherWithLoopbackOnly() throws {
        let own = try NetworkNamespace.identity()
        let (other, names) = try NetworkNamespace.throwaway {
            (try? NetworkNamespace.identity(), try? RouteSocket().interfaceNames())
        }
        #expect(other != nil && other != own)
        // Some kernels put tunnels into every namespace; nothing of the test machine's own is there.
        let tunnels = ["tunl", "gre", "erspan", "vti", "sit", "ip6tnl"]
        #expect(names?.allSatisfy { name in tunnels.contains { name.contains($0) } } == true)
        #expect(try NetworkNamespace.identity() == own)
    }

    @Test func theConfigurationOfAKernelIsRead() {
        let text = "CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_AB=n\nCONFIG_D=\"y\"\n"
        let configuration = KernelConfiguration(text)
        let names = ["CONFIG_A", "CONFIG_B", "CONFIG_C", "CONFIG_AB", "CONFIG_D", "CONFIG_E"]
        #expect(names.map(configuration.has) == [true, true, false, false, false, false])
    }

    @Test(arguments: [
        ("MemTotal:  2048 kB\nMemAvailable:     1024 kB\nSwapFree: 1 kB\n", 1_048_576 as Int?),
        ("MemTotal:  2048 kB\n", nil), ("MemAvailable: many kB\n", nil), ("", nil),
    ])
    func memoryIsReadFromItsFile(_ text: String, _ octets: Int?) {
        #expect(SystemMemory.available(meminfo: text) == octets)
    }

    @Test func theSystemItselfAnswers() throws {
        #expect(try #require(SystemMemory.available()) > 0)
        _ = try SystemClock.isSynchronized()
    }
}
