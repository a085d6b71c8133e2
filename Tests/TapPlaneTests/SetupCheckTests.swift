import Foundation
import TapLinux
import TapPlane
import Testing

/// Looking at real interfaces finds what is wrong with them, and changes nothing.
@Suite(.serialized)
struct SetupCheckTests {
    private func report(
        _ lab: LabNamespace,
        _ ports: [String] = ["e0", "e1"],
        force: Bool = false
    ) throws -> SetupReport {
        let configuration = PlaneConfiguration(
            ports: ports,
            force: force,
            stateDirectory: "\(lab.directory)/state"
        )
        return try lab.inside { SetupCheck.report(on: configuration) }
    }

    private func makeLab() throws -> LabNamespace {
        let lab = try LabNamespace()
        for port in ["e0", "e1"] { try lab.ip("link", "set", port, "up") }
        for port in ["e0", "e1"] { try wait(for: "LOWER_UP", of: port, lab) }
        return lab
    }

    /// Waits for the state of a link, which follows what is done to its far end a little later.
    private func wait(for flag: String, of port: String, _ lab: LabNamespace) throws {
        try Shell.wait(for: "\(port) to be \(flag)") {
            try lab.ip("link", "show", port).contains(flag)
        }
    }

    private func codes(_ report: SetupReport, of subject: String) -> [String] {
        report.findings.filter { $0.subject == subject }.map(\.code)
    }

    @Test func portsInOrderPassAndStayAsTheyAre() throws {
        let lab = try makeLab()
        let before = try lab.state(of: ["e0", "e1"])
        let report = try report(lab)
        #expect(report.isOK, "\(report.findings)")
        #expect(Set(report.passed.map(\.subject)).isSuperset(of: ["hub", "e0", "e1", "journals"]))
        #expect(try lab.state(of: ["e0", "e1"]) == before)
        #expect(!FileManager.default.fileExists(atPath: "\(lab.directory)/state"))
    }

    @Test func everythingWrongIsFoundAtOnce() throws {
        let lab = try makeLab()
        try lab.ip("address", "add", "192.0.2.9/24", "dev", "e0")
        try lab.ip("link", "add", "br7", "type", "bridge")
        try lab.ip("link", "set", "e1", "master", "br7")
        try lab.ip("link", "set", "e1", "mtu", "1400")
        try lab.run("tc", "qdisc", "add", "dev", "e1", "clsact")
        try lab.ip("link", "set", "c0", "down")
        try wait(for: "NO-CARRIER", of: "e0", lab)
        let report = try report(lab, ["e0", "e1", "e9"])
        #expect(codes(report, of: "e0") == ["port-has-address", "port-no-carrier"])
        #expect(
            codes(report, of: "e1") == ["port-has-master", "port-has-filter", "mtu-mismatch"]
        )
        #expect(codes(report, of: "e9") == ["port-missing"])
        #expect(!report.isOK)
        let commands = report.findings.compactMap(\.command)
        for command in [
            "ip address flush dev e0", "ip link set dev e1 nomaster", "tc qdisc del dev e1 clsact",
            "ip link set dev e1 mtu 1500",
        ] {
            #expect(commands.contains(command))
            try lab.run("bash", "-c", command)
        }
        #expect(try self.report(lab).isOK)
    }

    @Test func aHubThatRunsIsNamedAndWhatAKilledOneLeftToo() throws {
        let lab = try makeLab()
        let hub = try HubProcess(lab)
        let busy = try report(lab)
        #expect(codes(busy, of: "e0") == ["port-busy"])
        #expect(busy.findings[0].problem.contains("\(hub.identifier)"), "\(busy.findings)")
        hub.end(SIGKILL)
        let left = try report(lab)
        #expect(left.isOK)
        #expect(codes(left, of: "e0") == ["journal-left"])
        let finding = try #require(left.findings.first { $0.code == "journal-left" })
        #expect(finding.command == "hubtap restore --state-directory \(lab.directory)/state")
        try hub.restore()
        #expect(codes(try report(lab), of: "e0") == [])
    }

    @Test func aDamagedJournalIsAMistakeAndTheOthersAreStillRead() throws {
        let lab = try makeLab()
        let hub = try HubProcess(lab)
        hub.end(SIGKILL)
        let state = "\(lab.directory)/state"
        let names = try FileManager.default.contentsOfDirectory(atPath: state).sorted()
        try Data("nonsense\n".utf8).write(to: URL(filePath: "\(state)/\(names[0])"))
        let report = try report(lab)
        #expect(codes(report, of: "hub") == ["journal-damaged"])
        #expect(codes(report, of: "e1") == ["journal-left"])
    }
}
