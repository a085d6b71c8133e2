package import TapLinux

/// What a kernel's answers mean for a hub.
package struct KernelReview {
    /// What the kernel said of each feature.
    package var answers: [KernelFeature: KernelAnswer]

    package init(answers: [KernelFeature: KernelAnswer]) { self.answers = answers }

    /// What is missing and what that costs, and what could not be found out.
    package var findings: [SetupFinding] {
        KernelFeature.allCases.filter { answers[$0] == .missing }.map(missing)
            + (untried.map { [$0] } ?? [])
    }

    /// What the kernel has, in a few words; nil if that could not be found out of anything.
    package var summary: String? {
        let names = KernelFeature.allCases.filter(has).map(\.name)
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }

    private func has(_ feature: KernelFeature) -> Bool {
        answers[feature] == .works || answers[feature] == .configured
    }

    private var canForwardByProgram: Bool { [.clsact, .bpfClassifier, .bpf].allSatisfy(has) }
    private var canForwardByAction: Bool { [.clsact, .u32Classifier, .mirred].allSatisfy(has) }

    private func missing(_ feature: KernelFeature) -> SetupFinding {
        let (severity, words) = cost(ofMissing: feature)
        let module = feature.module == nil ? "" : ", or load its module"
        return SetupFinding(
            severity,
            "kernel-feature-missing",
            "kernel",
            "has no \(feature.name): \(words)",
            fix:
                "use Linux \(feature.firstVersion) or later, built with \(feature.configurationName)"
                + module,
            command: feature.module.map { "modprobe \($0)" }
        )
    }

    private func cost(
        ofMissing feature: KernelFeature
    ) -> (severity: SetupFinding.Severity, words: String) {
        switch feature {
        case .packetSocket: (.mistake, "no frame can be taken")
        case .clsact, .bpfClassifier:
            (.warning, "the host itself may be heard on the ports, and frames cross in user space")
        case .bpf:
            canForwardByAction
                ? (.note, "the kernel forwards with cls_u32 and act_mirred instead")
                : (.warning, "frames cross in user space")
        case .u32Classifier, .mirred:
            canForwardByProgram
                ? (.note, "it is needed only where BPF is not allowed")
                : (.warning, "frames cross in user space")
        }
    }

    private var untried: SetupFinding? {
        var names: [String] = []
        var reason = ""
        for feature in KernelFeature.allCases where isOpen(feature) {
            guard case .untried(let error) = answers[feature] else { continue }
            names.append(feature.name)
            reason = "\(error)"
        }
        guard !names.isEmpty else { return nil }
        return SetupFinding(
            .note,
            "kernel-feature-untried",
            "kernel",
            "\(names.joined(separator: ", ")) could not be tried (\(reason))",
            fix: "run this as root, outside of a container"
        )
    }

    /// False for filters where there is nothing to hang them on: one finding says it all.
    private func isOpen(_ feature: KernelFeature) -> Bool {
        switch feature {
        case .bpfClassifier, .u32Classifier, .mirred: answers[.clsact] != .missing
        case .packetSocket, .clsact, .bpf: true
        }
    }
}
