import Glibc
import SystemPackage
import TapLinux
import TapPlane
import Testing

/// Receive offloads are switched off on real interfaces, told, and put back exactly.
@Suite(.serialized)
struct OffloadTests {
    private static let exact = ["--offloads", "exact"]

    /// A lab whose ports join what they receive, as NICs do.
    private func makeLab() throws -> LabNamespace {
        let lab = try LabNamespace()
        for port in ["e0", "e1"] {
            try lab.run("ethtool", "-K", port, "gro", "on", "rx-gro-list", "on")
        }
        return lab
    }

    private func features(_ lab: LabNamespace, of port: String = "e0") throws -> String {
        try lab.run("ethtool", "-k", port)
    }

    private func allFeatures(_ lab: LabNamespace) throws -> String {
        try features(lab, of: "e0") + features(lab, of: "e1")
    }

    private func expectExact(_ features: String) {
        for name in ["generic-receive-offload", "rx-gro-list", "rx-udp-gro-forwarding"] {
            #expect(features.contains("\(name): off\n"), "\(features)")
        }
    }

    @Test(arguments: PlaneKind.allCases)
    func exactSwitchesThemOffAndAStopPutsThemBack(_ kind: PlaneKind) throws {
        let lab = try makeLab()
        let before = try allFeatures(lab)
        let plane = try RunningPlane(lab, kind, offloads: .exact)
        for port in ["e0", "e1"] { expectExact(try features(lab, of: port)) }
        let changes = OffloadChanges(switchedOff: [.generic, .list])
        #expect(plane.said.contains(.offloads("e0", changes)), "\(plane.said)")
        #expect(plane.said.contains(.offloads("e1", changes)), "\(plane.said)")
        try plane.finish()
        #expect(try allFeatures(lab) == before)
    }

    @Test(arguments: PlaneKind.allCases)
    func keepLeavesThemAndSaysNothing(_ kind: PlaneKind) throws {
        let lab = try makeLab()
        let before = try allFeatures(lab)
        let plane = try RunningPlane(lab, kind)
        #expect(try allFeatures(lab) == before)
        #expect(plane.said.isEmpty)
        try plane.finish()
        #expect(try allFeatures(lab) == before)
    }

    @Test(arguments: ["packet", "kernel"])
    func anotherProcessPutsThemBackAfterAKill(_ plane: String) throws {
        let lab = try makeLab()
        let before = try allFeatures(lab)
        let hub = try HubProcess(lab, ["--plane", plane] + Self.exact)
        expectExact(try features(lab))
        hub.end(SIGKILL)
        expectExact(try features(lab))
        try hub.restore()
        #expect(try allFeatures(lab) == before)
    }

    @Test func theNextHubKnowsHowTheyWereBeforeTheFirst() throws {
        let lab = try makeLab()
        let before = try allFeatures(lab)
        try HubProcess(lab, Self.exact).end(SIGKILL)
        let second = try HubProcess(lab, Self.exact)
        second.end(SIGTERM)
        #expect(try allFeatures(lab) == before)
    }

    @Test func aHubThatIsToKeepThemGivesBackWhatTheOneBeforeTook() throws {
        let lab = try makeLab()
        let before = try allFeatures(lab)
        try HubProcess(lab, Self.exact).end(SIGKILL)
        let second = try HubProcess(lab, ["--offloads", "keep"])
        #expect(try allFeatures(lab) == before)
        try Shell.wait(for: "the notice") {
            second.said.contains("e0: switched on again generic-receive-offload, rx-gro-list")
        }
        second.end(SIGTERM)
        #expect(try allFeatures(lab) == before)
    }

    /// A macvlan has the generic receive offload of the interface below it, whatever it is asked for.
    @Test(arguments: [PlaneKind.packet, .kernel])
    func whatADriverKeepsOnIsLeftAndTold(_ kind: PlaneKind) throws {
        let lab = try makeLab()
        try lab.ip("link", "set", "e0", "up")
        try lab.ip("link", "add", "link", "e0", "m0", "type", "macvlan", "mode", "passthru")
        try lab.ip("link", "set", "m0", "up")
        let before = try features(lab, of: "m0")
        #expect(before.contains("generic-receive-offload: on\n"))
        let plane = try RunningPlane(lab, kind, ports: ["m0", "e1"], offloads: .exact)
        // Not "on [requested off]": nothing is left asked for that did not come true.
        #expect(try features(lab, of: "m0").contains("generic-receive-offload: on\n"))
        let notice = PlaneNotice.offloads("m0", OffloadChanges(left: [.generic]))
        #expect(plane.said.contains(notice), "\(plane.said)")
        try plane.finish()
        #expect(try features(lab, of: "m0") == before)
    }

    @Test func anInterfaceThatComesBackIsSwitchedToo() throws {
        let lab = try makeLab()
        let plane = try RunningPlane(lab, .kernel, offloads: .exact)
        try lab.ip("link", "del", "e1")
        try Shell.wait(for: "its end") { plane.said.contains(.vanished("e1")) }
        try lab.ip("link", "add", "spare", "type", "veth", "peer", "name", "c1")
        try lab.run("ethtool", "-K", "spare", "gro", "on")
        try lab.ip("link", "set", "spare", "name", "e1")
        let notice = PlaneNotice.offloads("e1", OffloadChanges(switchedOff: [.generic]))
        try Shell.wait(for: "its return") { plane.said.contains(notice) }
        #expect(try features(lab, of: "e1").contains("generic-receive-offload: off\n"))
        try plane.finish()
        #expect(try features(lab, of: "e1").contains("generic-receive-offload: on\n"))
    }

    @Test func theCheckNamesWhatWouldBeSwitchedOffAndLeavesIt() throws {
        let lab = try makeLab()
        let before = try allFeatures(lab)
        for (offloads, count) in [(PlaneConfiguration.Offloads.exact, 2), (.keep, 0)] {
            let configuration = PlaneConfiguration(
                ports: ["e0", "e1"],
                stateDirectory: "\(lab.directory)/state",
                offloads: offloads
            )
            let report = try lab.inside { SetupCheck.report(on: configuration) }
            let found = report.findings.filter { $0.code == "port-offloads" }
            #expect(found.count == count && report.isOK, "\(report.findings)")
            #expect(try allFeatures(lab) == before)
            for command in found.compactMap(\.command) { try lab.run("bash", "-c", command) }
            if count > 0 { expectExact(try features(lab)) }
            try lab.run("ethtool", "-K", "e0", "gro", "on", "rx-gro-list", "on")
            try lab.run("ethtool", "-K", "e1", "gro", "on", "rx-gro-list", "on")
        }
    }

    @Test func featuresAreReadAsEthtoolShowsThem() throws {
        let lab = try makeLab()
        let (generic, large, none) = try lab.inside {
            let control = try InterfaceControl()
            return (
                try control.feature("rx-gro", of: "e0"), try control.feature("rx-lro", of: "e0"),
                try control.feature("rx-gr", of: "e0")
            )
        }
        #expect(
            generic == InterfaceFeature(isActive: true, isRequested: true, isChangeable: true)
        )
        #expect(
            large == InterfaceFeature(isActive: false, isRequested: false, isChangeable: false)
        )
        #expect(none == nil)
        #expect(throws: Errno.noSuchInterface) {
            try lab.inside { _ = try InterfaceControl().feature("rx-gro", of: "e9") }
        }
    }
}
