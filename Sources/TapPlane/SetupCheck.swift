import SystemPackage
import TapLinux

/// Looks at everything that a hub depends on, and changes nothing.
package enum SetupCheck {
    /// Everything that is to be said about the ports of a hub and the system under it.
    ///
    /// Its mistakes are those for which a hub of this configuration would refuse to start, decided by
    /// the same `Preflight`.
    package static func report(on configuration: PlaneConfiguration) -> SetupReport {
        var report = SetupReport()
        let journals = JournalReview(directory: configuration.stateDirectory)
        do throws(PlaneError) {
            let preflight = try PortClaims.survey(configuration, journals: journals.texts)
            add(preflight, to: &report)
        } catch {
            report.add([SetupFinding(error)])
        }
        report.add(
            journals.findings,
            of: "journals",
            else: "none left in \(configuration.stateDirectory)"
        )
        let kernel = KernelReview(answers: KernelProbe.answers(), plane: configuration.plane)
        if let summary = kernel.summary {
            report.add(kernel.findings, of: "kernel", else: summary)
        } else {
            report.add(kernel.findings)
        }
        if kernel.answers[.bpf] == .works { report.add(programFindings(configuration)) }
        report.add(clockFindings, of: "clock", else: "kept right by a time service")
        return report
    }

    /// What is wrong with the programs that would join these ports, tried on the kernel that can load programs at all.
    private static func programFindings(_ configuration: PlaneConfiguration) -> [SetupFinding] {
        guard configuration.plane != .packet, configuration.ports.count >= 2 else { return [] }
        do throws(PlaneError) {
            let parts = try KernelParts(nil, portCount: configuration.interfaces.count)
            for port in configuration.interfaces.indices {
                let route = ForwardingRoute(port: port, in: configuration)
                do throws(Errno) {
                    _ = try BPFProgram(name: "hubtap_try", route.program(parts))
                    _ = try BPFProgram(name: "hubtap_try", route.exitProgram(parts))
                } catch {
                    throw PlaneError(.programRefused, errno: error)
                }
            }
            return []
        } catch {
            var finding = SetupFinding(error)
            finding.severity = .warning
            finding.subject = "kernel"
            return [finding]
        }
    }

    private static func add(_ preflight: Preflight, to report: inout SetupReport) {
        let mistakes = preflight.mistakes
        let general = mistakes.filter { $0.port == nil }.map { SetupFinding($0) }
        let needed = preflight.needed.map(\.name).joined(separator: ", ")
        report.add(general, of: "hub", else: "\(preflight.findings.count) ports, \(needed)")
        var seen: Set<String> = []
        for finding in preflight.findings where seen.insert(finding.name).inserted {
            let refused = mistakes.filter { $0.port == finding.name }.map { SetupFinding($0) }
            let review = finding.facts.map { Self.review($0, preflight.configuration.offloads) }
            report.add(
                refused + (review?.findings ?? []),
                of: finding.name,
                else: review?.summary ?? ""
            )
        }
    }

    private static func review(
        _ facts: InterfaceFacts,
        _ offloads: PlaneConfiguration.Offloads
    ) -> PortReview {
        var review = PortReview(facts: facts)
        if let control = try? InterfaceControl() {
            review.driver = control.driver(of: facts.name)
            review.offloads = OffloadReview(offloads, of: facts.name, control)
        }
        review.managers = InterfaceManager.managers(ofInterface: facts.index)
        return review
    }

    private static var clockFindings: [SetupFinding] {
        do throws(Errno) {
            return try SystemClock.isSynchronized() ? [] : [clockFinding]
        } catch {
            let problem = "cannot be asked whether it is kept right (\(error))"
            return [
                SetupFinding(
                    .note,
                    "clock-unknown",
                    "clock",
                    problem,
                    fix: "look at it by hand",
                    command: "timedatectl"
                )
            ]
        }
    }

    private static let clockFinding = SetupFinding(
        .warning,
        "clock-not-synchronized",
        "clock",
        "no time service keeps it right: the times of frames and alerts may be wrong",
        fix: "start one, such as systemd-timesyncd or chrony",
        command: "timedatectl set-ntp true"
    )
}
