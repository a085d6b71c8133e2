import TapPlane

/// The ways in which a plane can join ports: what holds for one holds for all.
enum PlaneKind: CaseIterable {
    /// In user space.
    case packet
    /// In the kernel, by programs that hang on the interfaces.
    case kernel
    /// In the kernel, by programs that hang on filters, as on kernels without tcx.
    case filters
    /// In the kernel, by filters and actions, where it allows no programs.
    case actions
}
