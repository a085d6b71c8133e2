/// How the kernel is to treat the frames of a port.
enum PortTreatment: Hashable {
    /// It runs programs for them.
    case programs(PortClassifiers)
    /// Filters and actions of traffic control send them on.
    case actions(PortActions)

    /// The port is kept from the host: it hears nothing and says nothing there.
    static let silence = PortTreatment.programs(.silence)
}
