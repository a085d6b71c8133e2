import SystemPackage
import TapLinux

extension PortPreparation {
    /// Switches off the receive offloads that are to be off, and gives back those that a hub before switched off.
    ///
    /// One that is fixed, or that the driver keeps on, is left as it is and is among what comes back.
    mutating func settle(
        _ offloads: PlaneConfiguration.Offloads
    ) throws(PlaneError) -> OffloadChanges {
        var changes = OffloadChanges()
        let review: OffloadReview
        do throws(Errno) {
            let control = try InterfaceControl()
            changes.switchedOn = try giveBack(offloads, control)
            // All are looked at before one is changed: one that depends on another goes with it.
            review = OffloadReview(offloads, of: port, control)
        } catch {
            throw PlaneError(.system(step: "look at its offloads"), port: port, errno: error)
        }
        changes.left = review.fixed
        for (offload, was) in review.toSwitchOff {
            if try !switchOff(offload, was) {
                changes.left.append(offload)
            } else if was.isActive {
                changes.switchedOff.append(offload)
            }
        }
        return changes
    }

    /// Offloads that were on before the first hub, and that are no longer to be off.
    private func giveBack(
        _ offloads: PlaneConfiguration.Offloads,
        _ control: borrowing InterfaceControl
    ) throws(Errno) -> [ReceiveOffload] {
        var back: [ReceiveOffload] = []
        for case .offload(let offload, was: true) in journal.text.changes {
            guard !offloads.excludes(offload),
                let feature = try control.feature(offload.rawValue, of: port),
                !feature.isRequested
            else { continue }
            try control.request(true, feature: offload.rawValue, of: port)
            back.append(offload)
        }
        return back
    }

    /// - Returns: false if the driver does not do it; the offload is then asked for as before.
    private mutating func switchOff(
        _ offload: ReceiveOffload,
        _ was: InterfaceFeature
    ) throws(PlaneError) -> Bool {
        let port = port
        var isOff = false
        try step("switch \(offload) off") { () throws(Errno) in
            .offload(offload, was: was.isRequested)
        } change: { () throws(Errno) in
            let control = try InterfaceControl()
            try control.request(false, feature: offload.rawValue, of: port)
            isOff = try control.feature(offload.rawValue, of: port)?.isActive == false
            guard !isOff, was.isRequested else { return }
            try control.request(true, feature: offload.rawValue, of: port)
        }
        return isOff
    }
}
