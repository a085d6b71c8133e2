import TapPlane

/// What a hub that ends in order leaves on its ports, as the last that it says.
enum HubEnding {
    /// One line about the ports of `plane`; `goesOn` is true if frames keep crossing without a hub.
    static func line(
        _ plane: PlaneConfiguration,
        _ action: PlaneConfiguration.ExitAction,
        goesOn: Bool
    ) -> String {
        let ports = plane.interfaces.joined(separator: ", ")
        switch action {
        case .restore: return "\(ports): as they were before"
        case .keep where goesOn:
            return "\(ports): stay joined, frames go on crossing in the kernel; "
                + "\(restore(plane)) ends that and puts them back"
        case .keep:
            return "\(ports): stay prepared, nothing crosses until there is a hub again; "
                + "\(restore(plane)) puts them back"
        }
    }

    private static func restore(_ plane: PlaneConfiguration) -> String {
        let isUsual = plane.stateDirectory == PlaneConfiguration.defaultStateDirectory
        return "`hubtap restore\(isUsual ? "" : " --state-directory \(plane.stateDirectory)")`"
    }
}
