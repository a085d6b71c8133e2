import SystemPackage
import TapLinux
import TapPlane
import Testing

struct KernelReviewTests {
    private func review(_ changes: [KernelFeature: KernelAnswer] = [:]) -> KernelReview {
        var answers: [KernelFeature: KernelAnswer] = [:]
        for feature in KernelFeature.allCases { answers[feature] = changes[feature] ?? .works }
        return KernelReview(answers: answers)
    }

    private func severity(_ review: KernelReview, _ feature: KernelFeature) -> String? {
        review.findings.first { $0.problem.contains(feature.name) }?.severity.rawValue
    }

    @Test func aKernelWithEverythingIsFine() {
        #expect(review().findings.isEmpty)
        #expect(
            review().summary == "packet sockets, clsact, cls_bpf, cls_u32, act_mirred, BPF"
        )
        #expect(review([.mirred: .configured]).findings.isEmpty)
    }

    @Test(arguments: KernelFeature.allCases)
    func whatIsMissingIsNamedWithSettingVersionAndModule(_ feature: KernelFeature) {
        let findings = review([feature: .missing]).findings
        #expect(findings.count == 1)
        let finding = findings[0]
        #expect(finding.fix.contains(feature.configurationName))
        #expect(finding.fix.contains("Linux \(feature.firstVersion) or later"))
        #expect(finding.command == feature.module.map { "modprobe \($0)" })
        #expect(finding.severity == .mistake || feature != .packetSocket)
    }

    @Test func oneWayToForwardIsEnough() {
        #expect(severity(review([.bpf: .missing]), .bpf) == "note")
        #expect(severity(review([.u32Classifier: .missing]), .u32Classifier) == "note")
        let neither = review([.bpf: .missing, .mirred: .missing])
        #expect(severity(neither, .bpf) == "warning")
        #expect(severity(neither, .mirred) == "warning")
    }

    @Test func whatCouldNotBeTriedIsOneNote() {
        let review = review([.clsact: .untried(.notPermitted), .mirred: .untried(.notPermitted)])
        #expect(review.findings.map(\.severity) == [.note])
        #expect(review.findings[0].problem.contains("clsact, act_mirred could not be tried"))
    }

    @Test func whereNothingCouldBeTriedNothingPasses() {
        var review = review()
        for feature in KernelFeature.allCases { review.answers[feature] = .untried(.notPermitted) }
        #expect(review.findings.map(\.code) == ["kernel-feature-untried"])
        #expect(review.summary == nil)
    }

    @Test func filtersAreNotAskedForWithoutAPlaceForThem() {
        let hidden = KernelAnswer.untried(.notSupported)
        let review = review([
            .clsact: .missing, .bpfClassifier: hidden, .u32Classifier: hidden, .mirred: hidden,
        ])
        #expect(review.findings.map(\.code) == ["kernel-feature-missing"])
    }
}
