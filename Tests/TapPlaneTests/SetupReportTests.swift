import Foundation
import TapPlane
import Testing

struct SetupReportTests {
    private func finding(_ severity: SetupFinding.Severity, _ code: String) -> SetupFinding {
        SetupFinding(severity, code, "eth0", "is wrong", fix: "put it right")
    }

    @Test func theWorstComesFirstAndEqualsStayInOrder() {
        var report = SetupReport()
        report.add([finding(.note, "a"), finding(.mistake, "b"), finding(.warning, "c")])
        report.add([finding(.mistake, "d"), finding(.note, "e")])
        #expect(report.findings.map(\.code) == ["b", "d", "c", "a", "e"])
        #expect(!report.isOK)
    }

    @Test func onlyNotesLetASubjectPass() {
        var report = SetupReport()
        report.add([finding(.note, "a")], of: "one", else: "fine")
        report.add([finding(.warning, "b")], of: "two", else: "fine")
        report.add([], of: "three", else: "fine")
        #expect(report.passed.map(\.subject) == ["one", "three"])
        #expect(report.isOK)
        var sum = SetupReport()
        sum.add([finding(.mistake, "c")])
        sum.add(report)
        #expect(sum.findings.map(\.code) == ["c", "b", "a"])
        #expect(sum.passed == report.passed)
    }

    @Test func asJSONItSaysWhetherItIsAllRight() throws {
        var report = SetupReport()
        report.add([SetupFinding(PlaneError(.portHasMaster("br0"), port: "eth0"))])
        report.add([], of: "clock", else: "kept right")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(report), as: UTF8.self)
        #expect(
            text == #"{"findings":[{"code":"port-has-master","#
                + #""command":"ip link set dev eth0 nomaster","fix":"take it out, or use --force","#
                + #""problem":"belongs to br0, which would lose it","severity":"mistake","#
                + #""subject":"eth0"}],"ok":false,"passed":[{"subject":"clock","words":"kept right"}]}"#
        )
    }
}
