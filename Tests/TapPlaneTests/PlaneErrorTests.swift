import SystemPackage
import TapLinux
import TapPlane
import Testing

struct PlaneErrorTests {
    @Test(arguments: [
        PlaneError(.tooFewPorts(1)), PlaneError(.tooManyPorts(40)),
        PlaneError(.outOfRange(option: "slots", value: 1, allowed: 64...128)),
        PlaneError(.portMissing(present: []), port: "eth9"), PlaneError(.portTwice, port: "eth9"),
        PlaneError(.portNotEthernet, port: "eth9"),
        PlaneError(.portHasAddress(["192.0.2.1/24"]), port: "eth9"),
        PlaneError(.portHasMaster("br0"), port: "eth9"),
        PlaneError(.portHasFilter(kind: "clsact"), port: "eth9"),
        PlaneError(.portHasPrograms([7, 8]), port: "eth9"),
        PlaneError(.portBusy(processID: 1), port: "eth9"),
        PlaneError(.mtuMismatch(mtu: 1, other: "eth0", otherMTU: 2), port: "eth9"),
        PlaneError(.capabilityMissing([.netRaw])), PlaneError(.journal(path: "/x"), port: "eth9"),
        PlaneError(.journalDamaged(path: "/x", line: 3)),
        PlaneError(.system(step: "open packet sockets"), port: "eth9", errno: .noMemory),
    ])
    func everyErrorSaysWhereAndWhat(_ error: PlaneError) {
        let text = "\(error)"
        #expect(text.count > 20)
        if let port = error.port { #expect(text.hasPrefix("\(port): ")) }
        if error.errno != nil { #expect(text.hasSuffix(")")) }
    }
}
