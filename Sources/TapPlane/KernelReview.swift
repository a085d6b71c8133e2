package import TapLinux

/// What a kernel's answers mean for a hub.
package struct KernelReview {
    /// What the kernel said of each feature.
    package var answers: [KernelFeature: KernelAnswer]
    /// Who is to carry the frames.
    package var plane: PlaneConfiguration.Choice

    package init(
        answers: [KernelFeature: KernelAnswer],
        plane: PlaneConfiguration.Choice = .auto
    ) {
        self.answers = answers
        self.plane = plane
    }

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

    private var hasFilters: Bool { has(.clsact) && has(.bpfClassifier) }
    private var hasActions: Bool {
        hasFilters && has(.u32Classifier) && has(.mirred) && has(.packetSocket)
    }
    private var canJoin: Bool { has(.bpf) && (has(.tcx) || hasFilters) }

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
        case .packetSocket:
            plane != .packet && canJoin
                ? (.note, "they are needed only where BPF is not allowed")
                : (.mistake, "no frame can be taken")
        case .bpf:
            hasActions && plane != .packet
                ? (
                    .warning,
                    "actions of filters join the ports instead, and nothing is mirrored while no hub runs"
                ) : loss
        case .tcx:
            hasFilters
                ? (.note, "programs hang on filters instead, which costs a frame a little more")
                : loss
        case .clsact, .bpfClassifier:
            has(.tcx) ? (.note, "it is needed only where there is no tcx") : loss
        case .u32Classifier, .mirred:
            canJoin ? (.note, "it is needed only where BPF is not allowed") : loss
        }
    }

    /// What it means that the kernel cannot join the ports.
    private var loss: (severity: SetupFinding.Severity, words: String) {
        switch plane {
        case .kernel: (.mistake, "the kernel cannot join the ports")
        case .auto: (.warning, "frames cross in user space, and only while a hub runs")
        case .packet: (.warning, "the host itself may be heard on the ports")
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
        case .packetSocket, .clsact, .bpf, .tcx: true
        }
    }
}
