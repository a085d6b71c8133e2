import SystemPackage
import TapLinux
import TapPlane
import Testing

struct KernelReviewTests {
    private func review(
        _ changes: [KernelFeature: KernelAnswer] = [:],
        _ plane: PlaneConfiguration.Choice = .auto
    ) -> KernelReview {
        var answers: [KernelFeature: KernelAnswer] = [:]
        for feature in KernelFeature.allCases { answers[feature] = changes[feature] ?? .works }
        return KernelReview(answers: answers, plane: plane)
    }

    private func severity(_ review: KernelReview, _ feature: KernelFeature) -> String? {
        review.findings.first { $0.problem.contains(feature.name) }?.severity.rawValue
    }

    @Test func aKernelWithEverythingIsFine() {
        #expect(review().findings.isEmpty)
        #expect(
            review().summary == "packet sockets, clsact, cls_bpf, cls_u32, act_mirred, BPF, tcx"
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
    }

    @Test func whatTheKernelPlaneCannotDoWithoutIsAMistakeWhereItIsAskedFor() {
        for (plane, words) in [
            (PlaneConfiguration.Choice.kernel, "mistake"), (.auto, "warning"), (.packet, "warning"),
        ] {
            let neither = review([.bpf: .missing, .mirred: .missing], plane)
            #expect(severity(neither, .bpf) == words && severity(neither, .mirred) == words)
            #expect(severity(review([.tcx: .missing, .clsact: .missing], plane), .tcx) == words)
        }
        #expect(severity(review([.packetSocket: .missing], .kernel), .packetSocket) == "note")
        #expect(severity(review([.packetSocket: .missing], .packet), .packetSocket) == "mistake")
        let neither = review([.packetSocket: .missing, .bpf: .missing])
        #expect(severity(neither, .packetSocket) == "mistake")
    }

    @Test func actionsDoWhereThereIsNoBPF() {
        for plane in PlaneConfiguration.Choice.allCases {
            let review = review([.bpf: .missing, .tcx: .missing], plane)
            #expect(severity(review, .bpf) == "warning" && severity(review, .tcx) == "note")
        }
    }

    @Test func oneWayToHangProgramsOnAnInterfaceIsEnough() {
        #expect(severity(review([.tcx: .missing], .kernel), .tcx) == "note")
        #expect(severity(review([.clsact: .missing], .kernel), .clsact) == "note")
        #expect(severity(review([.u32Classifier: .missing]), .u32Classifier) == "note")
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
