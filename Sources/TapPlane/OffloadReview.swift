package import TapLinux

/// Which receive offloads of a port are to be off and are not, decided on what was found.
package struct OffloadReview {
    /// How those stand that are to be off.
    private var features: [ReceiveOffload: InterfaceFeature] = [:]

    /// A port without any.
    package init() {}

    /// Looks at the features of one port, by `feature`; it has none where that says nothing.
    package init(
        _ offloads: PlaneConfiguration.Offloads,
        feature: (ReceiveOffload) -> InterfaceFeature?
    ) {
        for offload in ReceiveOffload.allCases where offloads.excludes(offload) {
            features[offload] = feature(offload)
        }
    }

    /// Looks at an interface; some drivers say nothing while it is down.
    init(
        _ offloads: PlaneConfiguration.Offloads,
        of interface: String,
        _ control: borrowing InterfaceControl
    ) {
        for offload in ReceiveOffload.allCases where offloads.excludes(offload) {
            features[offload] = try? control.feature(offload.rawValue, of: interface)
        }
    }

    /// Those that can be switched off, with how they stand.
    ///
    /// One that is wanted counts even if it is not active now: it could become so as soon as another one ends.
    package var toSwitchOff: [(offload: ReceiveOffload, was: InterfaceFeature)] {
        ReceiveOffload.allCases.compactMap { offload in
            guard let feature = features[offload], feature.isChangeable,
                feature.isActive || feature.isRequested
            else { return nil }
            return (offload, feature)
        }
    }

    /// Those that join frames now and can be switched off.
    package var changeable: [ReceiveOffload] {
        toSwitchOff.filter(\.was.isActive).map(\.offload)
    }

    /// Those that join frames, and that nobody can switch off.
    package var fixed: [ReceiveOffload] {
        ReceiveOffload.allCases.filter { offload in
            features[offload].map { $0.isActive && !$0.isChangeable } ?? false
        }
    }
}
